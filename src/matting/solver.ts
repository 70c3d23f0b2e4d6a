import { STENCIL, type Stencil } from './laplacian.js';
import {
  allocateLoops,
  ENTRIES,
  PAIR,
  stencilOffsets,
  type LoopsShape,
  type StencilLoops,
} from './stencil-loops.js';

/**
 * The system (A + diag(weight)) x = weight · target. A known cell has a target and a large weight;
 * an unknown one has weight 0.
 */
export interface WeightedSystem {
  readonly matrix: Stencil;
  /** One entry a row of the matrix. */
  readonly weight: Float64Array;
  readonly target: Float64Array;
}

export interface SolverLimits {
  /** Steps at most. */
  readonly steps: number;
  /** Ends early once the preconditioned residual's norm has fallen to this fraction of its first value; 0 never does. */
  readonly tolerance: number;
}

/** What the solver needs between frames of one size. */
export interface SolverScratch {
  readonly loops: StencilLoops;
  /** Where the loops keep each row of the matrix: entry of their vectors. */
  readonly slots: Int32Array;
  /** Distance from a cell to each cell of its stencil, in the order of the loops. */
  readonly offsets: readonly number[];
}

/** Scratch for any cells of a grid. */
export function allocateSolver(grid: LoopsShape): SolverScratch {
  return {
    loops: allocateLoops(grid),
    slots: new Int32Array(grid.size),
    offsets: stencilOffsets(grid.stride),
  };
}

/** How many pairs the rows of a matrix make: what its solver needs room for. */
export function pairsOf({ count, cells }: Stencil): number {
  let pairs = 0;
  for (let n = 0, last = -1; n < count; n += 1) {
    const first = cells[n]! - (cells[n]! % PAIR);
    if (first !== last) pairs += 1;
    last = first;
  }
  return pairs;
}

/** How much of a cell's window count the preconditioner takes for its diagonal entry: near the mean over photographs. */
const DIAGONAL_SHARE = 0.6;

/**
 * Conjugate gradients with a diagonal (Jacobi) preconditioner (Hestenes and Stiefel 1952; Saad, "Iterative Methods for
 * Sparse Linear Systems", 2003, algorithm 9.1), in double precision. Improves `x`, one entry a row, in place.
 * The Laplacian's own diagonal varies little, so the preconditioner takes a constant share of each cell's window count.
 *
 * @param scratch - allocated for the grid of the matrix
 * @returns the steps taken
 */
export function conjugateGradients(
  x: Float64Array,
  system: WeightedSystem,
  limits: SolverLimits,
  scratch: SolverScratch,
): number {
  const { loops, slots } = scratch;
  const { count, cells } = system.matrix;
  const pairs = loadMatrix(scratch, system);
  let energy = begin(x, system, scratch, pairs);
  const enough = energy * limits.tolerance ** 2;
  let step = 0;
  while (step < limits.steps && energy > enough) {
    const curvature = loops.multiply(pairs);
    if (!(curvature > 0)) break;
    const next = loops.advance(pairs, energy / curvature);
    loops.turn(pairs, next / energy);
    energy = next;
    step += 1;
  }
  for (let n = 0; n < count; n += 1) {
    x[n] = loops.x[slots[n]!]!;
    loops.direction[cells[n]!] = 0;
  }
  return step;
}

/** Copies the matrix, both halves and with the weights, to where the loops read it; returns the number of pairs. */
function loadMatrix({ loops, slots, offsets }: SolverScratch, { matrix, weight }: WeightedSystem): number {
  const { count, cells, values } = matrix;
  let pairs = 0;
  let last = -1;
  for (let n = 0; n < count; n += 1) {
    const cell = cells[n]!;
    const lane = cell % PAIR;
    if (cell - lane !== last) {
      last = cell - lane;
      openPair(loops, pairs, last);
      pairs += 1;
    }
    const record = PAIR * ENTRIES * (pairs - 1) + lane;
    for (let k = 0; k < STENCIL; k += 1) {
      // The entry for a cell further on, and the mirror image of the one that a cell before keeps for this one.
      const ahead = STENCIL - 1 + k;
      const behind = STENCIL - 1 - k;
      loops.matrix[record + PAIR * ahead] = values[STENCIL * cell + k]!;
      loops.matrix[record + PAIR * behind] = values[STENCIL * (cell + offsets[behind]!) + k]!;
    }
    const diagonal = record + PAIR * (STENCIL - 1);
    loops.matrix[diagonal] = loops.matrix[diagonal]! + weight[n]!;
    slots[n] = PAIR * (pairs - 1) + lane;
  }
  return pairs;
}

/** A cell without a row counts nothing and stays 0. */
function openPair(
  { pairs, matrix, x, residual, inverseDiagonal }: StencilLoops,
  pair: number,
  first: number,
): void {
  pairs[pair] = first * Float64Array.BYTES_PER_ELEMENT;
  matrix.fill(0, PAIR * ENTRIES * pair, PAIR * ENTRIES * (pair + 1));
  for (let at = PAIR * pair; at < PAIR * (pair + 1); at += 1) x[at] = residual[at] = inverseDiagonal[at] = 0;
}

/** Residual and first direction; returns residual · inverseDiagonal · residual. */
function begin(x: Float64Array, system: WeightedSystem, scratch: SolverScratch, pairs: number): number {
  const { loops, slots } = scratch;
  const { matrix, weight, target } = system;
  const { count, cells, windows } = matrix;
  for (let n = 0; n < count; n += 1) {
    const cell = cells[n]!;
    const slot = slots[n]!;
    loops.inverseDiagonal[slot] = 1 / (weight[n]! + DIAGONAL_SHARE * windows[cell]!);
    loops.x[slot] = x[n]!;
    loops.direction[cell] = x[n]!;
  }
  if (pairs > 0) loops.multiply(pairs);
  let energy = 0;
  for (let n = 0; n < count; n += 1) {
    const slot = slots[n]!;
    const r = weight[n]! * target[n]! - loops.product[slot]!;
    const z = r * loops.inverseDiagonal[slot]!;
    loops.residual[slot] = r;
    loops.direction[cells[n]!] = z;
    energy += r * z;
  }
  return energy;
}
