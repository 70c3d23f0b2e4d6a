import { describe, expect, it } from 'vitest';
import type { FrameFormat, FramePlanes } from '../../src/core/frame.js';
import { allocatePrior, solvePrior } from '../../src/matting/prior.js';
import { fillDiscTrimap, formatOf, largestDifference, planesOf } from '../support/matting-frames.js';

const RING = { x: 60, y: 44, inner: 18, outer: 34 };

/** A soft disc in one colour over another: alpha is a linear function of colour. */
function softDisc(
  width: number,
  height: number,
): { format: FrameFormat; planes: FramePlanes; alpha: Float32Array } {
  const format = formatOf(width, height);
  const planes = planesOf(format);
  const alpha = new Float32Array(width * height);
  const [front, back] = [
    [220, 120, 40],
    [30, 60, 160],
  ] as const;
  for (let at = 0; at < alpha.length; at += 1) {
    const reach = Math.hypot((at % width) - RING.x, Math.floor(at / width) - RING.y);
    const a = Math.min(Math.max((31 - reach) / 10, 0), 1);
    alpha[at] = a;
    planes.colour.forEach((plane, k) => (plane[at] = Math.round(a * front[k]! + (1 - a) * back[k]!)));
  }
  fillDiscTrimap(planes.trimap, format, RING);
  return { format, planes, alpha };
}

describe('prior', () => {
  it('finds an alpha that is linear in colour', () => {
    const { format, planes, alpha } = softDisc(128, 96);
    solvePrior(planes, format, allocatePrior(format));
    expect(largestDifference(planes.prior, alpha)).toBeLessThan(0.03);
  });

  it('handles sizes that are no multiple of the cell, and frames smaller than the padding', () => {
    for (const [width, height] of [
      [121, 93],
      [37, 19],
      [3, 2],
    ] as const) {
      const { format, planes } = softDisc(width, height);
      planes.trimap[0] = 128;
      solvePrior(planes, format, allocatePrior(format));
      expect(planes.prior.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
  });

  it('is the trimap where everything is known, and far from the unknown region', () => {
    const { format, planes } = softDisc(128, 96);
    planes.trimap.forEach((_, at) => (planes.trimap[at] = at % 128 < 64 ? 255 : 0));
    planes.prior.fill(0.5);
    solvePrior(planes, format, allocatePrior(format));
    expect(
      largestDifference(
        planes.prior,
        planes.trimap.map((value) => value / 255),
      ),
    ).toBe(0);

    fillDiscTrimap(planes.trimap, format, RING);
    solvePrior(planes, format, allocatePrior(format));
    expect(planes.prior[RING.y * 128 + RING.x]).toBe(1);
    expect(planes.prior[127]).toBe(0);
  });

  it('gives the same result with scratch that another frame has used', () => {
    const { format, planes } = softDisc(128, 96);
    const scratch = allocatePrior(format);
    const other = softDisc(128, 96);
    other.planes.trimap.fill(128);
    other.planes.colour[1].forEach((value, at) => (other.planes.colour[1][at] = (value * 7 + at * 31) % 256));
    solvePrior(other.planes, format, scratch);
    solvePrior(planes, format, scratch);
    const reused = planes.prior.slice();
    solvePrior(planes, format, allocatePrior(format));
    expect(largestDifference(reused, planes.prior)).toBe(0);
  });

  it('reads Y′CbCr of any depth and range as the colours it stands for', () => {
    const { format, planes } = softDisc(128, 96);
    solvePrior(planes, format, allocatePrior(format));
    const yuv = formatOf(128, 96, { model: 'yuv', depth: 12, tags: { matrix: 'bt709', range: 'tv' } });
    const converted = planesOf(yuv);
    converted.trimap.set(planes.trimap);
    for (let at = 0; at < 128 * 96; at += 1) {
      const [r, g, b] = planes.colour.map((plane) => plane[at]! / 255) as [number, number, number];
      const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
      converted.colour[0][at] = Math.round(16 * (16 + 219 * y));
      converted.colour[1][at] = Math.round(16 * (128 + (224 * (b - y)) / 1.8556));
      converted.colour[2][at] = Math.round(16 * (128 + (224 * (r - y)) / 1.5748));
    }
    solvePrior(converted, yuv, allocatePrior(yuv));
    expect(largestDifference(converted.prior, planes.prior)).toBeLessThan(0.01);
  });
});
