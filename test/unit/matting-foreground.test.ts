import { describe, expect, it } from 'vitest';
import type { FrameFormat, FramePlanes, Samples } from '../../src/core/frame.js';
import { allocateForeground, estimateForeground } from '../../src/matting/foreground.js';
import { formatOf, largestDifference, planesOf, randomNumbers } from '../support/matting-frames.js';

type Picture = (x: number, y: number, channel: number) => number;

const DISC = { x: 90, y: 70, radius: 45, softness: 12 };

function discAlpha(x: number, y: number): number {
  return Math.min(Math.max((DISC.radius - Math.hypot(x - DISC.x, y - DISC.y)) / DISC.softness + 0.5, 0), 1);
}

/** Composites in the format's own codes. */
function compose(format: FrameFormat, front: Picture, back: Picture, alpha = discAlpha): FramePlanes {
  const planes = planesOf(format);
  for (let at = 0; at < planes.alpha.length; at += 1) {
    const [x, y] = [at % format.width, Math.floor(at / format.width)];
    const a = alpha(x, y);
    planes.alpha[at] = a;
    planes.colour.forEach(
      (plane, k) => (plane[at] = Math.round(a * front(x, y, k) + (1 - a) * back(x, y, k))),
    );
  }
  return planes;
}

const copyOf = (planes: FramePlanes): Samples[] => planes.colour.map((plane) => plane.slice());
const run = (planes: FramePlanes, format: FrameFormat): void =>
  estimateForeground(planes, format, allocateForeground(format));

/** Mean |error| of soft pixels in codes, weighted with alpha: what a composite over another background shows. */
function error(
  colour: readonly ArrayLike<number>[],
  alpha: Float32Array,
  width: number,
  front: Picture,
): number {
  let [sum, weight] = [0, 0];
  alpha.forEach((a, at) => {
    if (a === 0 || a === 1) return;
    colour.forEach((plane, k) => {
      sum += a * Math.abs(plane[at]! - front(at % width, Math.floor(at / width), k));
      weight += a;
    });
  });
  return sum / weight;
}

const warm: Picture = (x, y, k) => [200, 130, 70][k]! + 18 * Math.sin(x / 9 + k) + 10 * Math.sin(y / 5);
const cold: Picture = (x, y, k) =>
  [40, 90, 150][k]! + 30 * Math.sin(y / 13 + k) + ((x + y) % 16 < 8 ? 12 : 0);

describe('foreground colour', () => {
  it('recovers flat colours on either side of a soft edge', () => {
    const format = formatOf(181, 139);
    const front: Picture = (_x, _y, k) => [210, 60, 110][k]!;
    const planes = compose(format, front, (_x, _y, k) => [20, 180, 40][k]!);
    const before = error(planes.colour, planes.alpha, format.width, front);
    run(planes, format);
    // Measured 44.1 codes before, 4.7 after.
    expect(before).toBeGreaterThan(40);
    expect(error(planes.colour, planes.alpha, format.width, front)).toBeLessThan(4.9);
  });

  it('is the same in float, but for rounding', () => {
    const whole = formatOf(61, 43, { depth: 16 });
    const float: FrameFormat = { ...whole, depth: 'float' };
    const scaled =
      (picture: Picture): Picture =>
      (x, y, k) =>
        200 * picture(x, y, k);
    const [rounded, exact] = [whole, float].map((format) => {
      const planes = compose(format, scaled(warm), scaled(cold));
      run(planes, format);
      return planes.colour;
    });
    exact!.forEach((plane, channel) =>
      plane.forEach((value, at) =>
        expect(Math.abs(value - rounded![channel]![at]!)).toBeLessThanOrEqual(0.51),
      ),
    );
  });

  it.each([
    ['8-bit R′G′B′', formatOf(181, 139)],
    ['10-bit Y′CbCr', formatOf(181, 139, { model: 'yuv', depth: 10, tags: { range: 'tv' } })],
  ])('takes most of a textured background out: %s', (_, format) => {
    const unit = 2 ** (format.depth - 8);
    const front: Picture = (x, y, k) => unit * warm(x, y, k);
    const planes = compose(format, front, (x, y, k) => unit * cold(x, y, k));
    const before = error(planes.colour, planes.alpha, format.width, front) / unit;
    run(planes, format);
    // Measured 30.2 codes (of 8 bits) before, 7.2 after.
    expect(before).toBeGreaterThan(28);
    expect(error(planes.colour, planes.alpha, format.width, front) / unit).toBeLessThan(7.5);
  });

  it('keeps the source exactly where alpha is 1 and far from the subject, and changes the edge', () => {
    const format = formatOf(181, 139, { depth: 16 });
    const planes = compose(
      format,
      (x, y, k) => 257 * warm(x, y, k),
      (x, y, k) => 257 * cold(x, y, k),
    );
    const source = copyOf(planes);
    run(planes, format);
    let [opaque, far, soft] = [0, 0, 0];
    planes.alpha.forEach((a, at) => {
      const edge =
        Math.hypot((at % 181) - DISC.x, Math.floor(at / 181) - DISC.y) - DISC.radius - DISC.softness / 2;
      const same = planes.colour.every((plane, k) => plane[at] === source[k]![at]);
      if (a === 1) opaque += Number(!same);
      // Cells of 8 pixels, and chessboard distance: √2 · (16 + 2 · 7) at most.
      if (edge > 43) far += Number(!same);
      if (a > 0 && a < 1) soft += Number(!same);
    });
    expect([opaque, far]).toEqual([0, 0]);
    expect(soft).toBeGreaterThan(1000);
  });

  it('carries the foreground on for 16 pixels past the edge', () => {
    const format = formatOf(181, 139);
    const planes = compose(
      format,
      (_x, _y, k) => [210, 60, 110][k]!,
      () => 0,
    );
    run(planes, format);
    const row = DISC.y * 181 + DISC.x + DISC.radius + DISC.softness / 2;
    for (let past = 1; past <= 16; past += 1) expect(planes.colour[0][row + past]!).toBeGreaterThan(150);
  });

  it('works on a hard mask', () => {
    const format = formatOf(64, 48);
    const planes = compose(
      format,
      () => 200,
      () => 20,
      (x) => (x < 30 ? 1 : 0),
    );
    run(planes, format);
    expect(Array.from(planes.colour[1].subarray(0, 46)).every((value) => value === 200)).toBe(true);
    expect(planes.colour[1][63]).toBe(20);
  });

  it('clips to video levels, except pixels that were beyond them already', () => {
    const format = formatOf(181, 139, { model: 'yuv', tags: { range: 'tv' } });
    const planes = compose(
      format,
      (_x, _y, k) => [250, 252, 2][k]!,
      () => 128,
    );
    const source = copyOf(planes);
    run(planes, format);
    const inside = source.map((plane) =>
      Array.from(plane.keys()).filter((at) => plane[at]! >= 16 && plane[at]! <= 235),
    );
    const codes = inside.map((pixels, k) => pixels.map((at) => planes.colour[k]![at]!));
    expect(Math.max(...codes[0]!)).toBe(235);
    expect(Math.max(...codes[1]!)).toBe(240);
    expect(Math.min(...codes[2]!)).toBe(16);
    const middle = DISC.y * 181 + DISC.x;
    expect(planes.colour.map((plane) => plane[middle])).toEqual([250, 252, 2]);
  });

  it('does nothing to a frame without foreground, or that is all foreground', () => {
    const format = formatOf(50, 40);
    for (const a of [0, 1]) {
      const planes = compose(format, warm, cold, () => a);
      const source = copyOf(planes);
      run(planes, format);
      source.forEach((plane, k) => expect(largestDifference(plane, planes.colour[k]!)).toBe(0));
    }
  });

  it('gives the same result with scratch that another frame has used', () => {
    const format = formatOf(181, 139);
    const scratch = allocateForeground(format);
    const random = randomNumbers(71);
    const other = compose(format, warm, cold, () => random());
    estimateForeground(other, format, scratch);
    const planes = compose(format, warm, cold);
    const fresh = compose(format, warm, cold);
    estimateForeground(planes, format, scratch);
    run(fresh, format);
    fresh.colour.forEach((plane, k) => expect(largestDifference(plane, planes.colour[k]!)).toBe(0));
  });

  it('does not depend on where the blocks fall', () => {
    // A shift of one coarse cell, half a block, with the wide windows clear of the frame's edge in both pictures.
    const size = 320;
    const format = formatOf(size, size);
    const shifted = (by: number): FramePlanes => {
      const at = 70 + by;
      const planes = compose(
        format,
        (x, y, k) => warm(x - at, y - at, k),
        (x, y, k) => cold(x - at, y - at, k),
        (x, y) => discAlpha(x - at, y - at),
      );
      run(planes, format);
      return planes;
    };
    const [still, moved] = [shifted(0), shifted(8)];
    let soft = 0;
    still.alpha.forEach((a, at) => {
      if (a === 0 || a === 1) return;
      soft += 1;
      if (still.colour[0][at] !== moved.colour[0][at + 8 * size + 8]) expect.fail(`pixel ${at}`);
    });
    expect(soft).toBeGreaterThan(1000);
  });
});
