/** A symmetric positive definite system. */
export interface DiagonalSystem {
  readonly diagonal: Float64Array;
  /** The right-hand side; overwritten. */
  readonly residual: Float64Array;
  /** dst = the matrix times x. */
  readonly multiply: (dst: Float64Array, x: Float64Array) => void;
}

/** When a solve ends. */
export interface SolveLimits {
  /** Steps at most. */
  readonly steps: number;
  /** Fraction of the first preconditioned residual. */
  readonly tolerance: number;
}

/**
 * Conjugate gradients with a diagonal (Jacobi) preconditioner (Saad, "Iterative Methods for Sparse Linear Systems", 2003,
 * algorithm 9.1) in double precision.
 *
 * @param x - the start, and the result
 * @returns the steps taken
 */
export function jacobiGradients(
  x: Float64Array,
  { diagonal, residual, multiply }: DiagonalSystem,
  { steps, tolerance }: SolveLimits,
): number {
  const product = new Float64Array(x.length);
  const direction = new Float64Array(x.length);
  multiply(product, x);
  let energy = 0;
  for (let n = 0; n < x.length; n += 1) {
    const r = residual[n]! - product[n]!;
    residual[n] = r;
    direction[n] = r / diagonal[n]!;
    energy += r * direction[n]!;
  }
  const enough = energy * tolerance ** 2;
  let step = 0;
  for (; step < steps && energy > enough; step += 1) {
    multiply(product, direction);
    const length = energy / dot(direction, product);
    let next = 0;
    for (let n = 0; n < x.length; n += 1) {
      const r = residual[n]! - length * product[n]!;
      x[n] = x[n]! + length * direction[n]!;
      residual[n] = r;
      next += (r * r) / diagonal[n]!;
    }
    const turn = next / energy;
    for (let n = 0; n < x.length; n += 1) direction[n] = residual[n]! / diagonal[n]! + turn * direction[n]!;
    energy = next;
  }
  return step;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let n = 0; n < a.length; n += 1) sum += a[n]! * b[n]!;
  return sum;
}
