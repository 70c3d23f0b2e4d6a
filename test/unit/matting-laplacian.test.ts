import { describe, expect, it } from 'vitest';
import { allocateCells, readCells, UNKNOWN, type CellGrid } from '../../src/matting/cell-grid.js';
import { createStencil, mattingLaplacian, STENCIL, type Stencil } from '../../src/matting/laplacian.js';
import {
  fillDiscTrimap,
  fillRandomColours,
  formatOf,
  largestDifference,
  planesOf,
  randomNumbers,
} from '../support/matting-frames.js';
import { solveDense } from '../support/solve-dense.js';

const format = formatOf(64, 64);
const EPSILON = 1e-7;
/** (dx, dy) of a row's stored entries, in their order. */
const OFFSETS: (readonly [number, number])[] = [
  [0, 0],
  [1, 0],
  [2, 0],
  ...[1, 2].flatMap((dy) => [-2, -1, 0, 1, 2].map((dx) => [dx, dy] as const)),
];

function gridOf(disc: { x: number; y: number; inner: number; outer: number }, seed: number): CellGrid {
  const planes = planesOf(format);
  const grid = allocateCells(format);
  fillRandomColours(planes, format, randomNumbers(seed));
  fillDiscTrimap(planes.trimap, format, disc);
  readCells(grid, planes, format, 10);
  return grid;
}

function build(grid: CellGrid, stencil: Stencil = createStencil(grid)): Stencil {
  mattingLaplacian(stencil, grid, EPSILON);
  return stencil;
}

/** The stored half, unfolded: entry (i, j) over grid indices. */
function unfold(stencil: Stencil, grid: CellGrid): number[][] {
  const size = grid.state.length;
  const dense = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let n = 0; n < stencil.count; n += 1) {
    const cell = stencil.cells[n]!;
    OFFSETS.forEach(([dx, dy], k) => {
      const value = stencil.values[STENCIL * cell + k]!;
      if (value === 0) return;
      const other = cell + dy * grid.stride + dx;
      dense[cell]![other] = value;
      dense[other]![cell] = value;
    });
  }
  return dense;
}

/**
 * The same matrix from its definition: a window's share is what a ridge regression of alpha on colour (ridge n·ε on the
 * slope, none on the constant) leaves over, each column found by solving the normal equations for one unit alpha.
 */
function obvious(grid: CellGrid): number[][] {
  const size = grid.state.length;
  const dense = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  const at = (x: number, y: number): number => grid.origin + y * grid.stride + x;
  const inside = (x: number, y: number): boolean => x >= 0 && y >= 0 && x < grid.width && y < grid.height;
  const around = (x: number, y: number): number[] =>
    [-1, 0, 1].flatMap((dy) =>
      [-1, 0, 1].filter((dx) => inside(x + dx, y + dy)).map((dx) => at(x + dx, y + dy)),
    );
  for (let y = 0; y < grid.height; y += 1) {
    for (let x = 0; x < grid.width; x += 1) {
      const cells = around(x, y);
      if (!cells.some((cell) => grid.state[cell] === UNKNOWN)) continue;
      const design = cells.map((cell) => [...grid.colour.map((plane) => plane[cell]!), 1]);
      const normal = [0, 1, 2, 3].map((i) =>
        [0, 1, 2, 3].map(
          (j) =>
            design.reduce((sum, d) => sum + d[i]! * d[j]!, 0) +
            (i === j && i < 3 ? cells.length * EPSILON : 0),
        ),
      );
      cells.forEach((j, column) => {
        const model = solveDense(normal, design[column]!);
        cells.forEach((i, row) => {
          const fit = design[row]!.reduce((sum, d, k) => sum + d * model[k]!, 0);
          dense[i]![j]! += (i === j ? 1 : 0) - fit;
        });
      });
    }
  }
  return dense;
}

describe('matting Laplacian', () => {
  it.each([
    ['everything unknown', { x: 0, y: 0, inner: -1, outer: 999 }],
    ['a ring in the middle', { x: 31, y: 30, inner: 9, outer: 13 }],
    ['a ring over the corner', { x: 60, y: 62, inner: 3, outer: 9 }],
  ])('equals the dense construction: %s', (_, disc) => {
    const grid = gridOf(disc, 3);
    const fast = unfold(build(grid), grid);
    const slow = obvious(grid);
    const differences = slow.map((row, i) => largestDifference(row, fast[i]!));
    expect(Math.max(...differences)).toBeLessThan(1e-9);
    expect(slow.some((row) => row.some((value) => Math.abs(value) > 1))).toBe(true);
  });

  it('has rows that sum to zero, and a constant alpha costs nothing', () => {
    const grid = gridOf({ x: 31, y: 30, inner: 5, outer: 13 }, 4);
    const sums = unfold(build(grid), grid).map((row) => row.reduce((sum, value) => sum + value, 0));
    expect(Math.max(...sums.map(Math.abs))).toBeLessThan(1e-9);
  });

  it('covers exactly the cells within two of an unknown one', () => {
    const grid = gridOf({ x: 31, y: 30, inner: 9, outer: 13 }, 5);
    const { cells, count } = build(grid);
    const near = Array.from(grid.distance.keys()).filter((cell) => grid.distance[cell]! <= 2);
    expect(Array.from(cells.subarray(0, count))).toEqual(near);
    expect(near.length).toBeLessThan((grid.width * grid.height) / 1.2);
  });

  it('leaves nothing of an earlier frame behind', () => {
    const reused = build(gridOf({ x: 0, y: 0, inner: -1, outer: 999 }, 6));
    const grid = gridOf({ x: 31, y: 30, inner: 9, outer: 11 }, 7);
    expect(unfold(build(grid, reused), grid)).toEqual(unfold(build(grid), grid));
  });

  it('stays finite over a flat picture', () => {
    const planes = planesOf(format);
    const grid = allocateCells(format);
    planes.trimap.fill(128);
    readCells(grid, planes, format, 10);
    expect(build(grid).values.subarray(0, STENCIL).every(Number.isFinite)).toBe(true);
  });
});
