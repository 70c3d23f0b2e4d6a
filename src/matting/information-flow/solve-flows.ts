import { jacobiGradients, type DiagonalSystem, type SolveLimits } from '../jacobi-gradients.js';
import type { WeighedTerm } from './flow-term.js';

/** Keeps the system definite where pixels hang together with nothing known, and holds them where they start. */
const REGULARISER = 1e-9;

/**
 * The alpha of the unknown pixels that minimises the sum of the terms.
 *
 * @param x - one entry an unknown pixel; the start, and the result, not clipped
 * @returns the steps taken
 */
export function solveFlows(x: Float64Array, terms: readonly WeighedTerm[], limits: SolveLimits): number {
  return jacobiGradients(x, assemble(x, terms), limits);
}

/** The sum of the terms, held where it starts by the regulariser. */
function assemble(start: Float64Array, terms: readonly WeighedTerm[]): DiagonalSystem {
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
