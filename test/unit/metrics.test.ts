import { describe, expect, it } from 'vitest';
import { meanAbsoluteDifference, scoreMatte } from '../../src/evaluation/metrics.js';
import { randomNumbers } from '../support/matting-frames.js';

describe('scoreMatte', () => {
  it('adds up the unknown region only', () => {
    const truth = Float32Array.of(0, 0.5, 1, 1);
    const predicted = Float32Array.of(0.25, 0.25, 0.5, 0);
    const trimap = Uint8Array.of(0, 128, 128, 255);
    const scores = scoreMatte(predicted, truth, trimap, 2, 2);
    expect(scores.unknownPixels).toBe(2);
    expect(scores.sad).toBeCloseTo(0.75 / 1000, 12);
    expect(scores.mse).toBeCloseTo((0.0625 + 0.25) / 2, 12);
    expect(scores.mad).toBeCloseTo((0.25 + 0.25 + 0.5 + 1) / 4, 12);
  });

  it('takes every value but 0 and 255 for unknown', () => {
    const plane = new Float32Array(4);
    expect(scoreMatte(plane, plane, Uint8Array.of(1, 127, 254, 255), 4, 1).unknownPixels).toBe(3);
  });

  it('gives the exact matte nothing but zeros', () => {
    const truth = Float32Array.from({ length: 30 }, (_, i) => i / 29);
    const scores = scoreMatte(truth, truth, new Uint8Array(30).fill(128), 6, 5);
    expect(scores).toEqual({ sad: 0, mse: 0, grad: 0, conn: 0, mad: 0, unknownPixels: 30 });
  });

  it('scores 0 where nothing is unknown, but still compares the whole frame', () => {
    const scores = scoreMatte(Float32Array.of(1, 1), Float32Array.of(1, 0), Uint8Array.of(255, 0), 2, 1);
    expect(scores).toEqual({ sad: 0, mse: 0, grad: 0, conn: 0, mad: 0.5, unknownPixels: 0 });
  });

  it.each([
    [1, 1],
    [7, 5],
    [64, 3],
    [33, 41],
  ])('adds up what a list of differences adds up to: %i×%i', (width, height) => {
    const random = randomNumbers(width);
    const plane = (): Float32Array => Float32Array.from({ length: width * height }, random);
    const [predicted, truth] = [plane(), plane()];
    const trimap = Uint8Array.from(truth, () => [128, 0, 255, 90][Math.floor(4 * random())]!);
    const all = Array.from(truth, (wanted, i) => ({
      off: Math.abs(predicted[i]! - wanted),
      label: trimap[i]!,
    }));
    const unknown = all.filter(({ label }) => label % 255 !== 0).map(({ off }) => off);
    const total = (values: number[]): number => values.reduce((sum, value) => sum + value, 0);
    const scores = scoreMatte(predicted, truth, trimap, width, height);
    expect(scores.unknownPixels).toBe(unknown.length);
    expect(scores.sad).toBeCloseTo(total(unknown) / 1000, 9);
    expect(scores.mse * unknown.length).toBeCloseTo(total(unknown.map((off) => off * off)), 9);
    expect(scores.mad * all.length).toBeCloseTo(total(all.map(({ off }) => off)), 9);
  });

  it('refuses planes of another size', () => {
    const plane = new Float32Array(4);
    expect(() => scoreMatte(plane, plane, new Uint8Array(3), 2, 2)).toThrow(RangeError);
    expect(() => scoreMatte(new Float32Array(6), plane, new Uint8Array(4), 2, 2)).toThrow(
      /predicted has 6 pixels/,
    );
  });

  it('agrees with an implementation over OpenCV (filter2D, connectedComponentsWithStats)', () => {
    const [width, height] = [97, 61];
    const grey = (value: number): number => Math.floor(255 * Math.min(1, Math.max(0, value)) + 0.5);
    const at = (draw: (x: number, y: number, i: number) => number): Uint8Array =>
      Uint8Array.from({ length: width * height }, (_, i) => draw(i % width, Math.floor(i / width), i));
    const truth = at((x, y) => grey(0.5 + 0.9 * Math.sin(x * 0.21) * Math.cos(y * 0.17)));
    const predicted = at((x, y, i) => grey(truth[i]! / 255 + 0.3 * Math.sin(x * 1.3 + y * 0.7)));
    const trimap = truth.map((value) => (value < 8 ? 0 : value > 247 ? 255 : 128));
    const unit = (plane: Uint8Array): Float32Array => Float32Array.from(plane, (value) => value / 255);
    const scores = scoreMatte(unit(predicted), unit(truth), trimap, width, height);
    // Computed in double precision by numpy and cv2 4.x with the benchmark's parameters.
    expect(scores.sad).toBeCloseTo(0.6610156862745098, 6);
    expect(scores.mse).toBeCloseTo(0.03993646331357767, 6);
    expect(scores.grad).toBeCloseTo(0.3158925459106427, 6);
    expect(scores.conn).toBeCloseTo(0.7294450980392158, 6);
    expect(scores.mad).toBeCloseTo(0.14722418289607542, 6);
    expect(scores.unknownPixels).toBe(3727);
  });
});

describe('meanAbsoluteDifference', () => {
  it('is 0 for an empty picture', () => {
    expect(meanAbsoluteDifference(new Float32Array(0), new Float32Array(0))).toBe(0);
  });
});
