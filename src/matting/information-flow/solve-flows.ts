import type { WeighedTerm } from './flow-term.js';

/** Keeps the system definite where pixels hang together with nothing known, and holds them where they start. */
const REGULARISER = 1e-9;

export interface SolveLimits {
  /** Steps at most. */
  readonly steps: number;
  /** Fraction of the first preconditioned residual at which a solve ends. */
  readonly tolerance: number;
}

/**
 * The alpha of the unknown pixels that minimises the sum of the terms: conjugate gradients with a diagonal preconditioner
 * (Saad, "Iterative Methods for Sparse Linear Systems", 2003, algorithm 9.1) in double precision.
 *
 * @param x - one entry an unknown pixel; the start, and the result, not clipped
 * @returns the steps taken
 */
export function solveFlows(x: Float64Array, terms: readonly WeighedTerm[], limits: SolveLimits): number {
  const diagonal = new Float64Array(x.length).fill(REGULARISER);
  const residual = x.map((value) => REGULARISER * value);
  const product = new Float64Array(x.length);
  const direction = new Float64Array(x.length);
  const scratch = new Float64Array(x.length);
  const multiply = (vector: Float64Array): void => {
    for (let n = 0; n < x.length; n += 1) product[n] = REGULARISER * vector[n]!;
    for (const { term, weight } of terms) {
      if (weight === 1) term.addProduct(product, vector);
      else addScaled(term.addProduct, weight, vector);
    }
  };
  const addScaled = (add: (d: Float64Array, v: Float64Array) => void, weight: number, vector: Float64Array): void => {
    scratch.fill(0);
    add(scratch, vector);
    for (let n = 0; n < x.length; n += 1) product[n] = product[n]! + weight * scratch[n]!;
  };
  for (const { term, weight } of terms) {
    for (let n = 0; n < x.length; n += 1) {
      diagonal[n] = diagonal[n]! + weight * term.diagonal[n]!;
      residual[n] = residual[n]! + weight * term.pull[n]!;
    }
  }
  multiply(x);
  let energy = 0;
  for (let n = 0; n < x.length; n += 1) {
    residual[n] = residual[n]! - product[n]!;
    direction[n] = residual[n]! / diagonal[n]!;
    energy += residual[n]! * direction[n]!;
  }
  const enough = energy * limits.tolerance ** 2;
  let step = 0;
  for (; step < limits.steps && energy > enough; step += 1) {
    multiply(direction);
    let curvature = 0;
    for (let n = 0; n < x.length; n += 1) curvature += direction[n]! * product[n]!;
    const length = energy / curvature;
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
