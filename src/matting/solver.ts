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

/** Vectors of the solver: `direction` has an entry a grid cell and zeros where no row is, the others one a row. */
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
  for (let n = 0; n < count; n += 1) direction[cells[n]!] = x[n]!;
  multiply(product, system, direction);
  let energy = 0;
  for (let n = 0; n < count; n += 1) {
    inverseDiagonal[n] = 1 / (weight[n]! + DIAGONAL_SHARE * windows[n]!);
    const r = weight[n]! * target[n]! - product[n]!;
    residual[n] = r;
    const z = r * inverseDiagonal[n]!;
    direction[cells[n]!] = z;
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
      const r = residual[n]! - length * product[n]!;
      residual[n] = r;
      x[n] = x[n]! + length * direction[cells[n]!]!;
      next += r * r * inverseDiagonal[n]!;
    }
    const keep = next / energy;
    for (let n = 0; n < count; n += 1) {
      const cell = cells[n]!;
      direction[cell] = residual[n]! * inverseDiagonal[n]! + keep * direction[cell]!;
    }
    energy = next;
    step += 1;
  }
  for (let n = 0; n < count; n += 1) direction[cells[n]!] = 0;
  return step;
}

/** product = (A + diag(weight)) · p; returns p · product. */
function multiply(product: Float64Array, system: WeightedSystem, p: Float64Array): number {
  const { matrix, stride, weight } = system;
  const { count, cells, values: v } = matrix;
  let dot = 0;
  for (let n = 0, o = 0; n < count; n += 1, o += STENCIL) {
    const c = cells[n]!;
    const [a, b, d, e] = [c - 2 * stride, c - stride, c + stride, c + 2 * stride];
    const own = p[c]!;
    const sum =
      v[o]! * p[a - 2]! +
      v[o + 1]! * p[a - 1]! +
      v[o + 2]! * p[a]! +
      v[o + 3]! * p[a + 1]! +
      v[o + 4]! * p[a + 2]! +
      (v[o + 5]! * p[b - 2]! +
        v[o + 6]! * p[b - 1]! +
        v[o + 7]! * p[b]! +
        v[o + 8]! * p[b + 1]! +
        v[o + 9]! * p[b + 2]!) +
      (v[o + 10]! * p[c - 2]! +
        v[o + 11]! * p[c - 1]! +
        (v[o + 12]! + weight[n]!) * own +
        v[o + 13]! * p[c + 1]! +
        v[o + 14]! * p[c + 2]!) +
      (v[o + 15]! * p[d - 2]! +
        v[o + 16]! * p[d - 1]! +
        v[o + 17]! * p[d]! +
        v[o + 18]! * p[d + 1]! +
        v[o + 19]! * p[d + 2]!) +
      (v[o + 20]! * p[e - 2]! +
        v[o + 21]! * p[e - 1]! +
        v[o + 22]! * p[e]! +
        v[o + 23]! * p[e + 1]! +
        v[o + 24]! * p[e + 2]!);
    product[n] = sum;
    dot += own * sum;
  }
  return dot;
}
