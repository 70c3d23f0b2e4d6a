import { describe, expect, it } from 'vitest';
import { allocateCells, readCells, type CellGrid } from '../../src/matting/cell-grid.js';
import { allocateFilter, FILTER_REACH, guidedUpsample } from '../../src/matting/guided-filter.js';
import {
  fillDiscTrimap,
  fillRandomColours,
  formatOf,
  planesOf,
  randomNumbers,
} from '../support/matting-frames.js';

const format = formatOf(77, 51);
const planes = planesOf(format);
const grid = allocateCells(format);
const random = randomNumbers(51);
fillRandomColours(planes, format, random);
const map = Float64Array.from(grid.state, () => random());

type Fit = readonly [number, number, number, number];

const cellAt = ({ origin, stride }: CellGrid, x: number, y: number): number => origin + y * stride + x;

function around(x: number, y: number): [number, number][] {
  const cells: [number, number][] = [];
  for (let v = Math.max(y - 2, 0); v <= Math.min(y + 2, grid.height - 1); v += 1) {
    for (let u = Math.max(x - 2, 0); u <= Math.min(x + 2, grid.width - 1); u += 1) cells.push([u, v]);
  }
  return cells;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** a and b of one window: gradient descent would do; Cramer's rule on the 3 × 3 covariance is shorter. */
function fitAt(x: number, y: number): Fit {
  const cells = around(x, y).map(([u, v]) => cellAt(grid, u, v));
  const colours = grid.colour.map((plane) => cells.map((cell) => plane[cell]!));
  const values = cells.map((cell) => map[cell]!);
  const centre = colours.map(mean);
  const covariance = (p: readonly number[], q: readonly number[]): number =>
    mean(p.map((value, n) => (value - mean(p)) * (q[n]! - mean(q))));
  const matrix = colours.map((p, i) => colours.map((q, j) => covariance(p, q) + (i === j ? 1e-4 : 0)));
  const right = colours.map((p) => covariance(p, values));
  const determinant = (m: number[][]): number =>
    m[0]![0]! * (m[1]![1]! * m[2]![2]! - m[1]![2]! * m[2]![1]!) -
    m[0]![1]! * (m[1]![0]! * m[2]![2]! - m[1]![2]! * m[2]![0]!) +
    m[0]![2]! * (m[1]![0]! * m[2]![1]! - m[1]![1]! * m[2]![0]!);
  const a = [0, 1, 2].map(
    (k) =>
      determinant(matrix.map((row, i) => row.map((value, j) => (j === k ? right[i]! : value)))) /
      determinant(matrix),
  );
  return [a[0]!, a[1]!, a[2]!, mean(values) - a.reduce((sum, value, k) => sum + value * centre[k]!, 0)];
}

/** The whole filter, one pixel at a time. */
function obvious(): Float32Array {
  const fits = Array.from({ length: grid.height }, (_, y) =>
    Array.from({ length: grid.width }, (_, x) => fitAt(x, y)),
  );
  const averaged = fits.map((row, y) =>
    row.map((_, x) => [0, 1, 2, 3].map((k) => mean(around(x, y).map(([u, v]) => fits[v]![u]![k]!)))),
  );
  const sample = (x: number, y: number, k: number): number =>
    averaged[Math.min(Math.max(y, 0), grid.height - 1)]![Math.min(Math.max(x, 0), grid.width - 1)]![k]!;
  return Float32Array.from({ length: format.width * format.height }, (_, at) => {
    const u = ((at % format.width) + 0.5) / 4 - 0.5;
    const v = (Math.floor(at / format.width) + 0.5) / 4 - 0.5;
    const [left, top] = [Math.floor(u), Math.floor(v)];
    const [a, b, c, d] = [0, 1, 2, 3].map(
      (k) =>
        (1 - (v - top)) * ((1 - (u - left)) * sample(left, top, k) + (u - left) * sample(left + 1, top, k)) +
        (v - top) * ((1 - (u - left)) * sample(left, top + 1, k) + (u - left) * sample(left + 1, top + 1, k)),
    ) as [number, number, number, number];
    const [red, green, blue] = planes.colour.map((plane) => plane[at]! / 255) as [number, number, number];
    return Math.min(Math.max(a * red + b * green + c * blue + d, 0), 1);
  });
}

describe('guided upsampling', () => {
  it('equals the filter worked out pixel by pixel, in its region, and writes nothing else', () => {
    const region = 1;
    fillDiscTrimap(planes.trimap, format, { x: 20, y: 24, inner: 5, outer: 9 });
    readCells(grid, planes, format, 255);
    const expected = obvious();
    readCells(grid, planes, format, region + FILTER_REACH);
    // What lies beyond the promised reach must not matter.
    const local = map.map((value, cell) => (grid.distance[cell]! <= region + FILTER_REACH ? value : NaN));
    const dst = new Float32Array(expected.length).fill(-1);
    guidedUpsample(dst, local, grid, region, planes, format, allocateFilter(grid));
    let written = 0;
    dst.forEach((value, at) => {
      const cell = cellAt(grid, Math.floor((at % format.width) / 4), Math.floor(at / format.width / 4));
      if (grid.distance[cell]! > region) {
        if (value !== -1) expect.fail(`pixel ${at} lies outside the region`);
        return;
      }
      written += 1;
      if (!(Math.abs(value - expected[at]!) < 1e-6))
        expect.fail(`pixel ${at}: ${value}, expected ${expected[at]!}`);
    });
    expect(written).toBeGreaterThan(300);
    expect(written).toBeLessThan(dst.length / 2);
  });

  it('equals it over the whole frame too, edges and padding included', () => {
    planes.trimap.fill(128);
    readCells(grid, planes, format, 255);
    const expected = obvious();
    const dst = new Float32Array(expected.length);
    guidedUpsample(dst, map, grid, 1, planes, format, allocateFilter(grid));
    dst.forEach((value, at) => {
      if (!(Math.abs(value - expected[at]!) < 1e-6))
        expect.fail(`pixel ${at}: ${value}, expected ${expected[at]!}`);
    });
  });
});
