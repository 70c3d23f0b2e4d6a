import { jacobiGradients } from './jacobi-gradients.js';
import type { Links } from './knn-links.js';

/** Solving further moves SAD by under 0.1 %. */
const TOLERANCE = 1e-4;
const STEPS = 500;

/** Keeps the system definite where pixels are linked to each other alone, and holds them where they start. */
const REGULARISER = 1e-9;

/**
 * Solves Lx = pull for the unknown pixels' alpha, where xᵀLx sums affinity × difference² over the links.
 *
 * @param x - one entry an unknown pixel; the start, and the result, not clipped
 * @returns the steps taken
 */
export function solveLinks(x: Float64Array, links: Links): number {
  const { degree, pull } = links;
  const diagonal = degree.map((value) => value + REGULARISER);
  const residual = pull.map((value, n) => value + REGULARISER * x[n]!);
  const system = {
    ...{ diagonal, residual },
    multiply: (dst: Float64Array, of: Float64Array) => multiply(dst, of, diagonal, links),
  };
  return jacobiGradients(x, system, { steps: STEPS, tolerance: TOLERANCE });
}

/** dst = L·x. Each link counts in both of its ends' rows. */
function multiply(
  dst: Float64Array,
  x: Float64Array,
  diagonal: Float64Array,
  { starts, ends, weights }: Links,
): void {
  for (let n = 0; n < x.length; n += 1) dst[n] = diagonal[n]! * x[n]!;
  for (let n = 0; n < x.length; n += 1) {
    const own = x[n]!;
    let sum = 0;
    for (let link = starts[n]!, last = starts[n + 1]!; link < last; link += 1) {
      const end = ends[link]!;
      const weight = weights[link]!;
      sum += weight * x[end]!;
      dst[end] = dst[end]! - weight * own;
    }
    dst[n] = dst[n]! - sum;
  }
}
