import { describe, expect, it } from 'vitest';
import { allocateCells, readCells, type CellGrid } from '../../src/matting/cell-grid.js';
import { createStencil, mattingLaplacian, STENCIL, type Stencil } from '../../src/matting/laplacian.js';
import { allocateSolver, conjugateGradients, type SolverScratch } from '../../src/matting/solver.js';
import {
  fillDiscTrimap,
  fillRandomColours,
  formatOf,
  largestDifference,
  planesOf,
  randomNumbers,
} from '../support/matting-frames.js';

const format = formatOf(64, 64);
const EPSILON = 1e-7;

function problem(disc = { x: 30, y: 30, inner: 8, outer: 16 }): {
  grid: CellGrid;
  matrix: Stencil;
  weight: Float64Array;
  target: Float64Array;
} {
  const planes = planesOf(format);
  const grid = allocateCells(format);
  fillRandomColours(planes, format, randomNumbers(11));
  fillDiscTrimap(planes.trimap, format, disc);
  readCells(grid, planes, format, 10);
  const matrix = createStencil(grid);
  mattingLaplacian(matrix, grid, EPSILON);
  const states = Array.from(matrix.cells.subarray(0, matrix.count), (cell) => grid.state[cell]!);
  return {
    grid,
    matrix,
    weight: Float64Array.from(states, (state) => (state === 1 ? 0 : 100)),
    target: Float64Array.from(states, (state) => (state === 2 ? 1 : 0)),
  };
}

function scratchOf({ state, stride }: CellGrid): SolverScratch {
  return allocateSolver({ size: state.length, stride });
}

/** (A + diag(weight)) x, from the unfolded stencil. */
function apply({ grid, matrix, weight }: ReturnType<typeof problem>, x: Float64Array): Float64Array {
  const rowOf = new Map(Array.from(matrix.cells.subarray(0, matrix.count), (cell, n) => [cell, n]));
  const offsets = [
    [0, 0],
    [1, 0],
    [2, 0],
  ];
  for (const dy of [1, 2]) for (const dx of [-2, -1, 0, 1, 2]) offsets.push([dx, dy]);
  const product = new Float64Array(matrix.count);
  for (let n = 0; n < matrix.count; n += 1) {
    product[n]! += weight[n]! * x[n]!;
    offsets.forEach(([dx, dy], k) => {
      const other = rowOf.get(matrix.cells[n]! + dy! * grid.stride + dx!);
      if (other === undefined) return;
      const value = matrix.values[STENCIL * matrix.cells[n]! + k]!;
      product[n]! += value * x[other]!;
      if (other !== n) product[other]! += value * x[n]!;
    });
  }
  return product;
}

function distanceFromSolution(of: ReturnType<typeof problem>, x: Float64Array): number {
  const product = apply(of, x);
  return Math.sqrt(product.reduce((sum, value, n) => sum + (of.weight[n]! * of.target[n]! - value) ** 2, 0));
}

/** The textbook method, a line a line, with the preconditioner's diagonal as documented. */
function slowly(given: ReturnType<typeof problem>, x: Float64Array, steps: number): void {
  const { matrix, weight, target } = given;
  const dot = (a: Float64Array, b: Float64Array): number =>
    a.reduce((sum, value, n) => sum + value * b[n]!, 0);
  const precondition = (r: Float64Array): Float64Array =>
    r.map((value, n) => value / (weight[n]! + 0.6 * matrix.windows[matrix.cells[n]!]!));
  const product = apply(given, x);
  let r = weight.map((w, n) => w * target[n]! - product[n]!);
  let p = precondition(r);
  for (let step = 0; step < steps; step += 1) {
    const q = apply(given, p);
    const before = dot(r, precondition(r));
    const length = before / dot(p, q);
    p.forEach((value, n) => (x[n]! += length * value));
    r = r.map((value, n) => value - length * q[n]!);
    const z = precondition(r);
    const keep = dot(r, z) / before;
    p = p.map((value, n) => z[n]! + keep * value);
  }
}

describe('conjugate gradients', () => {
  it.each([
    ['a ring', { x: 30, y: 30, inner: 8, outer: 16 }],
    ['a ring over the corner', { x: 61, y: 63, inner: 2, outer: 14 }],
    ['everything unknown', { x: 0, y: 0, inner: -1, outer: 999 }],
  ])('takes the steps of the textbook method: %s', (_, disc) => {
    const given = problem(disc);
    const { grid, matrix, weight, target } = given;
    const scratch = scratchOf(grid);
    const other = problem({ x: 20, y: 40, inner: 3, outer: 21 });
    conjugateGradients(
      new Float64Array(other.matrix.count).fill(9),
      other,
      { steps: 3, tolerance: 0 },
      scratch,
    );
    const start = Float64Array.from(target, (_, n) => Math.cos(n));
    const [fast, slow] = [start.slice(), start.slice()];
    conjugateGradients(fast, { matrix, weight, target }, { steps: 25, tolerance: 0 }, scratch);
    slowly(given, slow, 25);
    expect(largestDifference(fast, slow)).toBeLessThan(1e-9);
    expect(largestDifference(slow, start)).toBeGreaterThan(0.5);
  });

  it('solves the system, from any start', () => {
    const given = problem();
    const { grid, matrix, weight, target } = given;
    const x = Float64Array.from(target, (_, n) => Math.sin(n));
    const system = { matrix, weight, target };
    const steps = conjugateGradients(x, system, { steps: 5000, tolerance: 1e-12 }, scratchOf(grid));
    expect(steps).toBeLessThan(5000);
    expect(distanceFromSolution(given, x)).toBeLessThan(1e-8);
  });

  it('takes the steps it was given, and comes closer with more', () => {
    const given = problem();
    const { grid, matrix, weight, target } = given;
    const after = [5, 40, 120].map((steps) => {
      const x = new Float64Array(matrix.count);
      const system = { matrix, weight, target };
      expect(conjugateGradients(x, system, { steps, tolerance: 0 }, scratchOf(grid))).toBe(steps);
      return distanceFromSolution(given, x);
    });
    expect(after[1]!).toBeLessThan(after[0]!);
    expect(after[2]!).toBeLessThan(after[1]!);
  });

  it('refuses more cells than WebAssembly can address, before it takes memory for them', () => {
    expect(() => allocateSolver({ size: 20_000_000, stride: 5000 })).toThrow(RangeError);
    expect(allocateSolver({ size: 20_000_000, stride: 5000, pairs: 3 }).loops.x.length).toBe(6);
  });

  it('needs no step when it starts at the solution', () => {
    const { grid, matrix, weight } = problem();
    const target = new Float64Array(matrix.count);
    const x = new Float64Array(matrix.count);
    const system = { matrix, weight, target };
    expect(conjugateGradients(x, system, { steps: 120, tolerance: 0 }, scratchOf(grid))).toBe(0);
    expect(x.every((value) => value === 0)).toBe(true);
  });
});
