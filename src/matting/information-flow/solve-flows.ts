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
  const { diagonal, residual, multiply } = assemble(x, terms);
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
  const enough = energy * limits.tolerance ** 2;
  let step = 0;
  for (; step < limits.steps && energy > enough; step += 1) {
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

interface System {
  readonly diagonal: Float64Array;
  /** Still the right-hand side. */
  readonly residual: Float64Array;
  readonly multiply: (dst: Float64Array, x: Float64Array) => void;
}

/** The sum of the terms, held where it starts by the regulariser. */
function assemble(start: Float64Array, terms: readonly WeighedTerm[]): System {
  const diagonal = new Float64Array(start.length).fill(REGULARISER);
  const residual = start.map((value) => REGULARISER * value);
  for (const { term, weight } of terms) {
    addScaled(diagonal, term.diagonal, weight);
    addScaled(residual, term.pull, weight);
  }
  const one = new Float64Array(start.length);
  const multiply = (dst: Float64Array, x: Float64Array): void => {
    for (let n = 0; n < x.length; n += 1) dst[n] = REGULARISER * x[n]!;
    for (const { term, weight } of terms) {
      one.fill(0);
      term.addProduct(one, x);
      addScaled(dst, one, weight);
    }
  };
  return { diagonal, residual, multiply };
}

function addScaled(dst: Float64Array, src: Float64Array, factor: number): void {
  for (let n = 0; n < dst.length; n += 1) dst[n] = dst[n]! + factor * src[n]!;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let n = 0; n < a.length; n += 1) sum += a[n]! * b[n]!;
  return sum;
}
