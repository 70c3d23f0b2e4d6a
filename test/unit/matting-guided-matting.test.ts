import { describe, expect, it } from 'vitest';
import { MatteflowError } from '../../src/core/errors.js';
import { guidedFilter, type GuidedFilterOptions } from '../../src/matting/colour-guided.js';
import { guidedMatting } from '../../src/matting/guided-matting.js';
import { rgbMatrix } from '../../src/matting/rgb-matrix.js';
import {
  fillDiscTrimap,
  fillRandomColours,
  formatOf,
  planesOf,
  randomNumbers,
} from '../support/matting-frames.js';

/** The textbook's formulas (He, Sun, Tang 2013, equations 14 to 17), window by window, with elimination for Σ + ε. */
function obvious(
  p: Float32Array,
  rgb: readonly (readonly number[])[],
  { width }: { width: number },
  { radius, epsilon }: GuidedFilterOptions,
): number[] {
  const around = (i: number): number[] => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return [...p.keys()].filter(
      (j) => Math.abs((j % width) - x) <= radius && Math.abs(Math.floor(j / width) - y) <= radius,
    );
  };
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const windows = [...p.keys()].map(around);
  const fits = windows.map((window) => {
    const centre = [0, 1, 2].map((k) => mean(window.map((j) => rgb[j]![k]!)));
    const level = mean(window.map((j) => p[j]!));
    const rows = [0, 1, 2].map((k) => [
      ...[0, 1, 2].map(
        (m) =>
          mean(window.map((j) => (rgb[j]![k]! - centre[k]!) * (rgb[j]![m]! - centre[m]!))) +
          (k === m ? epsilon : 0),
      ),
      mean(window.map((j) => (rgb[j]![k]! - centre[k]!) * (p[j]! - level))),
    ]);
    const a = eliminate(rows);
    return [...a, level - a.reduce((sum, value, k) => sum + value * centre[k]!, 0)];
  });
  return windows.map((window, i) => {
    const [r, g, b, offset] = [0, 1, 2, 3].map((k) => mean(window.map((j) => fits[j]![k]!)));
    const value = r! * rgb[i]![0]! + g! * rgb[i]![1]! + b! * rgb[i]![2]! + offset!;
    return Math.min(Math.max(value, 0), 1);
  });
}

/** Gauss and Jordan on rows of a positive definite system with its right-hand side. */
function eliminate(rows: number[][]): number[] {
  rows.forEach((row, k) => {
    const pivot = row[k]!;
    row.forEach((value, m) => (row[m] = value / pivot));
    rows.forEach((other, n) => {
      const factor = other[k]!;
      if (n !== k) other.forEach((value, m) => (other[m] = value - factor * row[m]!));
    });
  });
  return rows.map((row) => row[3]!);
}

const random = randomNumbers(7);
const yuv = formatOf(23, 17, { model: 'yuv', depth: 10, tags: { matrix: 'bt709', range: 'pc' } });

describe('guidedFilter', () => {
  it.each([
    { format: formatOf(23, 17), disc: { x: 9, y: 8, inner: 2, outer: 4 }, radius: 2, epsilon: 1e-4 },
    { format: formatOf(23, 17), disc: { x: 21, y: 15, inner: 1, outer: 5 }, radius: 3, epsilon: 1e-2 },
    { format: yuv, disc: { x: 4, y: 4, inner: 1, outer: 3 }, radius: 1, epsilon: 1e-3 },
    // A window wider than the frame, and nothing known.
    { format: formatOf(9, 14), disc: { x: 4, y: 7, inner: -1, outer: 99 }, radius: 11, epsilon: 1e-6 },
  ])('equals the formula worked out window by window: radius $radius', ({ format, disc, ...options }) => {
    const planes = planesOf(format);
    fillRandomColours(planes, format, random);
    fillDiscTrimap(planes.trimap, format, disc);
    const p = planes.alpha.map(() => random());
    const m = rgbMatrix(format);
    const rgb = [...p.keys()].map((i) =>
      [0, 4, 8].map((row) => {
        const [s0, s1, s2] = planes.colour.map((plane) => plane[i]!);
        return Math.min(Math.max(m[row]! * s0! + m[row + 1]! * s1! + m[row + 2]! * s2! + m[row + 3]!, 0), 1);
      }),
    );
    const dst = new Float32Array(p.length).fill(-1);
    guidedFilter(dst, p, planes, format, options);
    const expected = obvious(p, rgb, format, options);
    for (const [i, value] of dst.entries()) {
      if (planes.trimap[i] !== 128) expect(value).toBe(-1);
      else expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-6);
    }
    expect(dst.filter((value) => value > 0 && value < 1).length).toBeGreaterThan(10);
  });

  it('leaves a frame without unknown pixels alone', () => {
    const format = formatOf(8, 8);
    const planes = planesOf(format);
    guidedFilter(planes.alpha, planes.alpha.slice().fill(1), planes, format, { radius: 2, epsilon: 1e-4 });
    expect(Math.max(...planes.alpha)).toBe(0);
  });

  it.each([
    { radius: 0, epsilon: 1e-4 },
    { radius: 1.5, epsilon: 1e-4 },
    { radius: 3, epsilon: 0 },
    { radius: 3, epsilon: NaN },
  ])('refuses radius $radius with epsilon $epsilon', (options) => {
    const format = formatOf(8, 8);
    const planes = planesOf(format);
    const filter = (): void => {
      guidedFilter(planes.alpha, planes.prior, planes, format, options);
    };
    expect(filter).toThrow(MatteflowError);
    expect(filter).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

describe('guidedMatting', () => {
  it('follows a colour edge that the unknown band covers, and keeps what is known', () => {
    const format = formatOf(64, 48);
    const planes = planesOf(format);
    fillDiscTrimap(planes.trimap, format, { x: 32, y: 24, inner: 11, outer: 17 });
    const inside = (i: number): boolean => Math.hypot((i % 64) - 32, Math.floor(i / 64) - 24) < 14;
    planes.colour.forEach((plane, k) => {
      for (let i = 0; i < plane.length; i += 1) plane[i] = (inside(i) ? [200, 60, 40] : [30, 80, 120])[k]!;
    });
    guidedMatting(planes, format);
    for (const [i, value] of planes.alpha.entries()) {
      // The band's own ½ takes part in every fit: the edge is where it should be, and not yet as steep.
      if (planes.trimap[i] === 128) expect(value > 0.5).toBe(inside(i));
      else expect(value).toBe(planes.trimap[i]! / 255);
    }
    expect(Math.max(...planes.alpha.filter((_, i) => planes.trimap[i] === 128))).toBeGreaterThan(0.8);
  });
});
