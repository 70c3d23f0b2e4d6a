import { STENCIL, type Stencil } from './laplacian.js';

/**
 * The system (A + diag(weight)) x = weight · target. A known cell has a target and a large weight;
 * an unknown one has weight 0.
 */
export interface WeightedSystem {
  readonly matrix: Stencil;
  /** Cells a row of the grid that `matrix.cells` indexes. */
  readonly stride: number;
  /** One entry a row of the matrix. */
  readonly weight: Float64Array;
  readonly target: Float64Array;
}

/** Vectors of the solver: `direction` and `product` have an entry a grid cell, zero where no row is, the others one a row. */
export interface SolverScratch {
  readonly direction: Float64Array;
  readonly residual: Float64Array;
  readonly product: Float64Array;
  readonly inverseDiagonal: Float64Array;
}

export interface SolverLimits {
  /** Steps at most. */
  readonly steps: number;
  /** Ends early once the preconditioned residual's norm has fallen to this fraction of its first value; 0 never does. */
  readonly tolerance: number;
}

/** How much of a cell's window count the preconditioner takes for its diagonal entry: near the mean over photographs. */
const DIAGONAL_SHARE = 0.6;

/**
 * Conjugate gradients with a diagonal (Jacobi) preconditioner (Hestenes and Stiefel 1952; Saad, "Iterative Methods for
 * Sparse Linear Systems", 2003, algorithm 9.1), in double precision. Improves `x`, one entry a row, in place.
 * The Laplacian's own diagonal varies little, so the preconditioner takes a constant share of each cell's window count.
 *
 * @returns the steps taken
 */
export function conjugateGradients(
  x: Float64Array,
  system: WeightedSystem,
  limits: SolverLimits,
  scratch: SolverScratch,
): number {
  const { direction, residual, product, inverseDiagonal } = scratch;
  const { matrix, weight, target } = system;
  const { count, cells, windows } = matrix;
  for (let n = 0; n < count; n += 1) {
    direction[cells[n]!] = x[n]!;
    product[cells[n]!] = 0;
  }
  multiply(product, system, direction);
  let energy = 0;
  for (let n = 0; n < count; n += 1) {
    inverseDiagonal[n] = 1 / (weight[n]! + DIAGONAL_SHARE * windows[n]!);
    const cell = cells[n]!;
    const r = weight[n]! * target[n]! - product[cell]!;
    residual[n] = r;
    const z = r * inverseDiagonal[n]!;
    direction[cell] = z;
    product[cell] = 0;
    energy += r * z;
  }
  const enough = energy * limits.tolerance ** 2;
  let step = 0;
  while (step < limits.steps && energy > enough) {
    const curvature = multiply(product, system, direction);
    if (!(curvature > 0)) break;
    const length = energy / curvature;
    let next = 0;
    for (let n = 0; n < count; n += 1) {
      const cell = cells[n]!;
      const r = residual[n]! - length * product[cell]!;
      residual[n] = r;
      x[n] = x[n]! + length * direction[cell]!;
      next += r * r * inverseDiagonal[n]!;
    }
    const keep = next / energy;
    for (let n = 0; n < count; n += 1) {
      const cell = cells[n]!;
      direction[cell] = residual[n]! * inverseDiagonal[n]! + keep * direction[cell]!;
      product[cell] = 0;
    }
    energy = next;
    step += 1;
  }
  for (let n = 0; n < count; n += 1) direction[cells[n]!] = 0;
  return step;
}

/** Adds (A + diag(weight)) · p to `product`, which is zero before, both one entry a grid cell; returns p · product. */
function multiply(product: Float64Array, system: WeightedSystem, p: Float64Array): number {
  const { matrix, weight } = system;
  const { count, cells, values: v } = matrix;
  const below = system.stride;
  let dot = 0;
  for (let n = 0, o = 0; n < count; n += 1, o += STENCIL) {
    const c = cells[n]!;
    const d = c + below;
    const e = d + below;
    const own = p[c]!;
    // Each stored entry stands for itself and its mirror image: gathered for this row, scattered to the other.
    let sum = 0;
    let a = v[o + 1]!;
    sum += a * p[c + 1]!;
    product[c + 1]! += a * own;
    a = v[o + 2]!;
    sum += a * p[c + 2]!;
    product[c + 2]! += a * own;
    a = v[o + 3]!;
    sum += a * p[d - 2]!;
    product[d - 2]! += a * own;
    a = v[o + 4]!;
    sum += a * p[d - 1]!;
    product[d - 1]! += a * own;
    a = v[o + 5]!;
    sum += a * p[d]!;
    product[d]! += a * own;
    a = v[o + 6]!;
    sum += a * p[d + 1]!;
    product[d + 1]! += a * own;
    a = v[o + 7]!;
    sum += a * p[d + 2]!;
    product[d + 2]! += a * own;
    a = v[o + 8]!;
    sum += a * p[e - 2]!;
    product[e - 2]! += a * own;
    a = v[o + 9]!;
    sum += a * p[e - 1]!;
    product[e - 1]! += a * own;
    a = v[o + 10]!;
    sum += a * p[e]!;
    product[e]! += a * own;
    a = v[o + 11]!;
    sum += a * p[e + 1]!;
    product[e + 1]! += a * own;
    a = v[o + 12]!;
    sum += a * p[e + 2]!;
    product[e + 2]! += a * own;
    const diagonal = (v[o]! + weight[n]!) * own;
    product[c]! += diagonal + sum;
    dot += own * (diagonal + 2 * sum);
  }
  return dot;
}
