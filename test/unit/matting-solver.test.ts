import { describe, expect, it } from 'vitest';
import { allocateCells, readCells, type CellGrid } from '../../src/matting/cell-grid.js';
import { createStencil, mattingLaplacian, STENCIL, type Stencil } from '../../src/matting/laplacian.js';
import { conjugateGradients, type SolverScratch } from '../../src/matting/solver.js';
import {
  fillDiscTrimap,
  fillRandomColours,
  formatOf,
  planesOf,
  randomNumbers,
} from '../support/matting-frames.js';

const format = formatOf(64, 64);

function problem(): { grid: CellGrid; matrix: Stencil; weight: Float64Array; target: Float64Array } {
  const planes = planesOf(format);
  const grid = allocateCells(format);
  fillRandomColours(planes, format, randomNumbers(11));
  fillDiscTrimap(planes.trimap, format, { x: 30, y: 30, inner: 8, outer: 16 });
  readCells(grid, planes, format, 10);
  const matrix = createStencil();
  mattingLaplacian(matrix, grid, new Int32Array(grid.state.length));
  const states = Array.from(matrix.cells.subarray(0, matrix.count), (cell) => grid.state[cell]!);
  return {
    grid,
    matrix,
    weight: Float64Array.from(states, (state) => (state === 1 ? 0 : 100)),
    target: Float64Array.from(states, (state) => (state === 2 ? 1 : 0)),
  };
}

function scratchOf(grid: CellGrid): SolverScratch {
  const vector = (): Float64Array => new Float64Array(grid.state.length);
  return { direction: vector(), residual: vector(), product: vector(), inverseDiagonal: vector() };
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
      const value = matrix.values[STENCIL * n + k]!;
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

describe('conjugate gradients', () => {
  it('solves the system, from any start', () => {
    const given = problem();
    const { grid, matrix, weight, target } = given;
    const x = Float64Array.from(target, (_, n) => Math.sin(n));
    const system = { matrix, stride: grid.stride, weight, target };
    const steps = conjugateGradients(x, system, { steps: 5000, tolerance: 1e-12 }, scratchOf(grid));
    expect(steps).toBeLessThan(5000);
    expect(distanceFromSolution(given, x)).toBeLessThan(1e-8);
  });

  it('takes the steps it was given, and comes closer with more', () => {
    const given = problem();
    const { grid, matrix, weight, target } = given;
    const after = [5, 40, 120].map((steps) => {
      const x = new Float64Array(matrix.count);
      const system = { matrix, stride: grid.stride, weight, target };
      expect(conjugateGradients(x, system, { steps, tolerance: 0 }, scratchOf(grid))).toBe(steps);
      return distanceFromSolution(given, x);
    });
    expect(after[1]!).toBeLessThan(after[0]!);
    expect(after[2]!).toBeLessThan(after[1]!);
  });

  it('needs no step when it starts at the solution', () => {
    const { grid, matrix, weight } = problem();
    const target = new Float64Array(matrix.count);
    const x = new Float64Array(matrix.count);
    const system = { matrix, stride: grid.stride, weight, target };
    expect(conjugateGradients(x, system, { steps: 120, tolerance: 0 }, scratchOf(grid))).toBe(0);
    expect(x.every((value) => value === 0)).toBe(true);
  });
});
