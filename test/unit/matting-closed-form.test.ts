import { describe, expect, it } from 'vitest';
import type { IntegerFormat, FramePlanes } from '../../src/core/frame.js';
import { closedFormMatting, solveFullPrior } from '../../src/matting/closed-form.js';
import { obviousMatte } from '../support/obvious-closed-form.js';
import {
  fillDiscTrimap,
  fillRandomColours,
  formatOf,
  largestDifference,
  planesOf,
  randomNumbers,
} from '../support/matting-frames.js';

const DISC = { x: 8, y: 7, inner: 2, outer: 5 };

/** A small picture of noise, smooth enough for windows to agree with each other, and its trimap. */
function noisy(
  width: number,
  height: number,
  disc = DISC,
  more: Partial<IntegerFormat> = {},
): { planes: FramePlanes; format: IntegerFormat } {
  const format = formatOf(width, height, more);
  const planes = planesOf(format);
  fillRandomColours(planes, format, randomNumbers(5));
  for (const plane of planes.colour) {
    for (let at = 1; at < plane.length; at += 1) plane[at] = (7 * plane[at - 1]! + plane[at]!) / 8;
  }
  fillDiscTrimap(planes.trimap, format, disc);
  return { planes, format };
}

/** The largest difference to the dense solution, which need not be clipped to be compared. */
function error(planes: FramePlanes, format: IntegerFormat): number {
  closedFormMatting(planes, format);
  return largestDifference(planes.alpha, obviousMatte(planes, format));
}

describe('closed-form matting', () => {
  it.each([
    ['a ring', 17, 15, DISC],
    ['a ring over the corner', 16, 15, { x: 15, y: 14, inner: 2, outer: 6 }],
    ['a ring over two edges of a narrow picture', 7, 20, { x: 3, y: 9, inner: 2, outer: 7 }],
    ['all but one pixel', 12, 11, { x: 4, y: 5, inner: 0, outer: 99 }],
    ['one pixel', 12, 11, { x: 4, y: 5, inner: -1, outer: 0 }],
    ['one pixel of a wide picture', 130, 2, { x: 70, y: 1, inner: -1, outer: 0 }],
    ['a picture of one row', 30, 1, { x: 9, y: 0, inner: 4, outer: 12 }],
  ])('solves the system that the paper writes down: %s', (_, width, height, disc) => {
    const { planes, format } = noisy(width, height, disc);
    expect(error(planes, format)).toBeLessThan(1e-4);
  });

  it('does so at 16 bits, and from Y′CbCr', () => {
    const deep = noisy(17, 15, DISC, { depth: 16 });
    expect(error(deep.planes, deep.format)).toBeLessThan(1e-4);
    const yuv = noisy(17, 15, DISC, { model: 'yuv', depth: 10, tags: { matrix: 'bt709', range: 'tv' } });
    expect(error(yuv.planes, yuv.format)).toBeLessThan(1e-4);
  });

  it('recovers an alpha that is linear in colour, far from where it is known', () => {
    const format = formatOf(96, 64, { depth: 16 });
    const planes = planesOf(format);
    const exact = new Float32Array(96 * 64);
    const [front, back] = [
      [60_000, 31_000, 9_000],
      [8_000, 15_000, 42_000],
    ] as const;
    exact.forEach((_, at) => {
      const reach = Math.hypot((at % 96) - 40, Math.floor(at / 96) - 30);
      // Waves, so that alpha is no smooth ramp between its known ends.
      const a = Math.min(Math.max((28 - reach) / 20 + 0.2 * Math.sin(at / 2), 0), 1);
      exact[at] = reach < 5 ? 1 : reach > 31 ? 0 : a;
      planes.colour.forEach(
        (plane, k) => (plane[at] = Math.round(exact[at]! * front[k]! + (1 - exact[at]!) * back[k]!)),
      );
    });
    fillDiscTrimap(planes.trimap, format, { x: 40, y: 30, inner: 4, outer: 32 });
    closedFormMatting(planes, format);
    expect(largestDifference(planes.alpha, exact)).toBeLessThan(2e-3);
    expect(exact.filter((a) => a > 0.1 && a < 0.9).length).toBeGreaterThan(500);
  });

  it('is the trimap where that says something, whatever was in the plane before', () => {
    const { planes, format } = noisy(17, 15);
    planes.alpha.fill(0.3);
    closedFormMatting(planes, format);
    planes.trimap.forEach((value, at) => {
      if (value !== 128 && planes.alpha[at] !== value / 255) throw new Error(`known pixel ${at} moved`);
    });
    expect(planes.alpha.every((a) => a >= 0 && a <= 1)).toBe(true);

    planes.trimap.forEach((_, at) => (planes.trimap[at] = at % 3 === 0 ? 255 : 0));
    closedFormMatting(planes, format);
    expect(largestDifference(planes.alpha, planes.trimap.map(Math.sign))).toBe(0);
  });

  it('is one half where the trimap says nothing at all', () => {
    const { planes, format } = noisy(17, 15);
    planes.trimap.fill(128);
    closedFormMatting(planes, format);
    expect(planes.alpha.every((a) => a === 0.5)).toBe(true);
  });

  it('ends on a flat picture, where any alpha that is flat in its windows will do', () => {
    const format = formatOf(40, 30);
    const planes = planesOf(format);
    planes.colour.forEach((plane) => plane.fill(77));
    fillDiscTrimap(planes.trimap, format, { x: 20, y: 15, inner: 3, outer: 12 });
    expect(error(planes, format)).toBeLessThan(1e-4);
  });

  it('takes whatever is neither black nor white in the trimap as unknown', () => {
    const { planes, format } = noisy(17, 15);
    closedFormMatting(planes, format);
    const expected = planes.alpha.slice();
    planes.trimap.forEach((value, at) => (planes.trimap[at] = value === 128 ? 1 + (at % 254) : value));
    closedFormMatting(planes, format);
    expect(planes.alpha).toEqual(expected);
  });

  it('begins where it is told, and goes no further than that', () => {
    const { planes, format } = noisy(17, 15);
    const start = planes.trimap.map((_, at) => at % 7);
    const first = Float32Array.from(start, (value) => value / 7);
    closedFormMatting(planes, format, { start: first, steps: 0 });
    const expected = first.map((value, at) => (planes.trimap[at] === 128 ? value : planes.trimap[at]! / 255));
    expect(planes.alpha).toEqual(expected);
  });

  it('brings a prior to the solution at full size', () => {
    const { planes, format } = noisy(17, 15);
    closedFormMatting(planes, format);
    const solution = planes.alpha.slice();
    planes.prior.fill(0.3);
    solveFullPrior(planes, format);
    expect(largestDifference(planes.prior, solution)).toBeLessThan(1e-4);
  });
});
