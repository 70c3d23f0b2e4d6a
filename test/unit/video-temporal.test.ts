import { describe, expect, it } from 'vitest';
import { dtssd } from '../../src/evaluation/video/dtssd.js';
import { alphaChange } from '../../src/evaluation/video/flicker.js';
import { messddt } from '../../src/evaluation/video/messddt.js';
import type { MattePair } from '../../src/evaluation/video/temporal.js';
import { allocateFlow, FlowEstimator, type Flow } from '../../src/trimap/flow.js';
import { warpPlane } from '../../src/trimap/warp.js';
import { noise } from '../support/made-input.js';

const NOTHING = { 'frame-mean': 0, 'unknown-sum': 0 };

/** 2×2. The matte's change is (0.25, 0, −0.5, 0), the truth's (0, 0, 0.5, 0). The last two pixels are unknown. */
const TWO_BY_TWO: MattePair = {
  earlier: { predicted: Float32Array.of(0, 0.5, 1, 1), truth: Float32Array.of(0, 0.5, 0.5, 1) },
  later: { predicted: Float32Array.of(0.25, 0.5, 0.5, 1), truth: Float32Array.of(0, 0.5, 1, 1) },
  unknown: Uint8Array.of(0, 0, 1, 1),
};

/** Noise on every plane; half of the pixels unknown. */
function noisyPair(pixels: number, seed: number): MattePair {
  const plane = (n: number): Float32Array => noise(pixels, seed + n);
  return {
    earlier: { predicted: plane(0), truth: plane(1) },
    later: { predicted: plane(2), truth: plane(3) },
    unknown: Uint8Array.from(plane(4), (value) => (value < 0.5 ? 1 : 0)),
  };
}

function constantFlow(pixels: number, u: number, v: number): Flow {
  return { u: new Float32Array(pixels).fill(u), v: new Float32Array(pixels).fill(v) };
}

describe('dtssd', () => {
  it('is what a hand finds on 2×2 pixels', () => {
    // d = (0.25, 0, −1, 0).
    const error = dtssd(TWO_BY_TWO);
    expect(error['frame-mean']).toBeCloseTo(100 * Math.sqrt((0.0625 + 1) / 4), 10);
    expect(error['unknown-sum']).toBeCloseTo(1, 10);
  });

  it('agrees with a plain reading of the formula on noise', () => {
    const { earlier, later, unknown } = noisyPair(35, 5);
    const d = Array.from(
      unknown,
      (_, i) => later.predicted[i]! - earlier.predicted[i]! - later.truth[i]! + earlier.truth[i]!,
    );
    const squares = d.map((value) => value ** 2);
    const error = dtssd({ earlier, later, unknown });
    const frame = squares.reduce((sum, value) => sum + value);
    const region = squares.filter((_, i) => unknown[i] === 1).reduce((sum, value) => sum + value);
    expect(error['frame-mean']).toBeCloseTo(100 * Math.sqrt(frame / 35), 6);
    expect(error['unknown-sum']).toBeCloseTo(Math.sqrt(region), 6);
  });

  it('does not see an error that stays', () => {
    const truth = noise(16, 1);
    const predicted = truth.map((value) => value + 0.25);
    const frame = { predicted, truth };
    const pair = { earlier: frame, later: frame, unknown: new Uint8Array(16).fill(1) };
    expect(dtssd(pair)).toEqual(NOTHING);
    expect(alphaChange(pair)).toEqual({ predicted: 0, truth: 0, flicker: 0 });
    expect(messddt(pair, constantFlow(16, 0, 0), { width: 4, height: 4 })).toEqual(NOTHING);
  });

  it('refuses planes of different sizes', () => {
    const pair = { ...TWO_BY_TWO, unknown: new Uint8Array(3) };
    expect(() => dtssd(pair)).toThrow(RangeError);
    expect(() => alphaChange(pair)).toThrow(RangeError);
    expect(() => messddt(pair, constantFlow(4, 0, 0), { width: 2, height: 2 })).toThrow(
      /unknown region has 3/,
    );
  });

  it('is 0 for an empty frame', () => {
    const none = { predicted: new Float32Array(0), truth: new Float32Array(0) };
    expect(dtssd({ earlier: none, later: none, unknown: new Uint8Array(0) })).toEqual(NOTHING);
  });
});

describe('alphaChange', () => {
  it('is what a hand finds on 2×2 pixels', () => {
    // Of the two unknown pixels one changes: the matte by −0.5, the truth by 0.5.
    expect(alphaChange(TWO_BY_TWO)).toEqual({ predicted: 0.25, truth: 0.25, flicker: 0.5 });
  });

  it('is 0 where nothing is unknown', () => {
    const pair = { ...TWO_BY_TWO, unknown: new Uint8Array(4) };
    expect(alphaChange(pair)).toEqual({ predicted: 0, truth: 0, flicker: 0 });
  });
});

describe('messddt', () => {
  const size = { width: 2, height: 2 };

  it('is what a hand finds on 2×2 pixels that do not move', () => {
    // e = (0, 0, 0.25, 0), e′ = (0.0625, 0, 0.25, 0).
    const error = messddt(TWO_BY_TWO, constantFlow(4, 0, 0), size);
    expect(error['frame-mean']).toBeCloseTo((100 * 0.0625) / 4, 10);
    expect(error['unknown-sum']).toBe(0);
  });

  it('is what a hand finds when they move one to the right, and leaves out those that leave', () => {
    // Pixels 0 and 2 are compared with 1 and 3: |0 − 0| and |0.25 − 0|.
    const error = messddt(TWO_BY_TWO, constantFlow(4, 1, 0), size);
    expect(error['frame-mean']).toBeCloseTo((100 * 0.25) / 2, 10);
    expect(error['unknown-sum']).toBeCloseTo(0.25, 10);
  });

  it('compares between pixels with the interpolated difference, squared', () => {
    // Half a pixel down, columns (0, 2) and (1, 3): p′ − g′ is (0.25 − 0.5)/2 and 0.
    const error = messddt(TWO_BY_TWO, constantFlow(4, 0, 0.5), size);
    expect(error['frame-mean']).toBeCloseTo((100 * 0.125 ** 2) / 2, 10);
  });

  it('is 0 when everything leaves', () => {
    expect(messddt(TWO_BY_TWO, constantFlow(4, 5, 0), size)).toEqual(NOTHING);
  });

  it('agrees with warping matte and truth each on its own', () => {
    const [width, height] = [13, 9];
    const pair = noisyPair(width * height, 9);
    const inward = (plane: Float32Array, at: (i: number) => number, most: number): Float32Array =>
      plane.map((value, i) => Math.min(most, Math.max(0, at(i) + 6 * value - 3)) - at(i));
    const flow = {
      u: inward(noise(width * height, 20), (i) => i % width, width - 1.01),
      v: inward(noise(width * height, 21), (i) => Math.floor(i / width), height - 1.01),
    };
    const warped = { predicted: new Float32Array(width * height), truth: new Float32Array(width * height) };
    warpPlane(warped.predicted, pair.later.predicted, flow, { width, height });
    warpPlane(warped.truth, pair.later.truth, flow, { width, height });
    const changes = Array.from(pair.unknown, (_, i) => {
      const before = (pair.earlier.predicted[i]! - pair.earlier.truth[i]!) ** 2;
      return Math.abs(before - (warped.predicted[i]! - warped.truth[i]!) ** 2);
    });
    const error = messddt(pair, flow, { width, height });
    const sum = changes.reduce((total, value) => total + value);
    const region = changes.filter((_, i) => pair.unknown[i] === 1).reduce((total, value) => total + value);
    expect(error['frame-mean']).toBeCloseTo((100 * sum) / changes.length, 4);
    expect(error['unknown-sum']).toBeCloseTo(region, 4);
  });
});

describe('a subject that moves with its error', () => {
  const size = { width: 96, height: 64 };
  const pixels = size.width * size.height;
  const shift = { x: 4, y: 2 };
  const moved = (draw: (x: number, y: number) => number, by: number): Float32Array =>
    Float32Array.from({ length: pixels }, (_, i) =>
      draw((i % size.width) - by * shift.x, Math.floor(i / size.width) - by * shift.y),
    );
  const disc = (x: number, y: number): number => Math.min(1, Math.max(0, 9 - Math.hypot(x - 44, y - 30) / 2));
  const flawed = (x: number, y: number): number => disc(x, y) * (1 - 0.4 * Math.exp(-((x - 36) ** 2) / 60));
  const texture = (x: number, y: number): number =>
    128 + 50 * Math.sin(0.31 * x + 0.13 * y) + 50 * Math.cos(0.17 * x - 0.29 * y);
  const pair: MattePair = {
    earlier: { predicted: moved(flawed, 0), truth: moved(disc, 0) },
    later: { predicted: moved(flawed, 1), truth: moved(disc, 1) },
    unknown: new Uint8Array(pixels).fill(1),
  };

  it('costs dtSSD but not MESSDdt, whose motion the optical flow finds', () => {
    const forward = allocateFlow(size);
    new FlowEstimator(size).estimate(forward, rgbOf(moved(texture, 0)), rgbOf(moved(texture, 1)));
    const still = messddt(pair, constantFlow(pixels, 0, 0), size);
    const along = messddt(pair, forward, size);
    const exactly = messddt(pair, constantFlow(pixels, shift.x, shift.y), size);
    expect(exactly['unknown-sum']).toBeLessThan(1e-3);
    expect(along['unknown-sum']).toBeLessThan(0.1 * still['unknown-sum']);
    expect(along['frame-mean']).toBeLessThan(0.1 * still['frame-mean']);
    expect(dtssd(pair)['unknown-sum']).toBeGreaterThan(2);
    expect(dtssd(pair)['frame-mean']).toBeGreaterThan(2);
  });
});

function rgbOf(grey: Float32Array): Uint8Array {
  return Uint8Array.from({ length: 3 * grey.length }, (_, i) => grey[Math.floor(i / 3)]!);
}
