import type { Links } from './knn-links.js';

/** Solving further moves SAD by under 0.1 %. */
const TOLERANCE = 1e-4;
const STEPS = 500;

/** Keeps the system definite where pixels are linked to each other alone, and holds them where they start. */
const REGULARISER = 1e-9;

/**
 * Solves Lx = pull for the unknown pixels' alpha, where xᵀLx sums affinity × difference² over the links: conjugate
 * gradients with a diagonal preconditioner (Saad, "Iterative Methods for Sparse Linear Systems", 2003, algorithm 9.1) in
 * double precision.
 *
 * @param x - one entry an unknown pixel; the start, and the result, not clipped
 * @returns the steps taken
 */
export function solveLinks(x: Float64Array, links: Links): number {
  const { degree, pull } = links;
  const diagonal = degree.map((value) => value + REGULARISER);
  const target = pull.map((value, n) => value + REGULARISER * x[n]!);
  const residual = new Float64Array(x.length);
  const direction = new Float64Array(x.length);
  const product = new Float64Array(x.length);
  multiply(product, x, diagonal, links);
  let energy = 0;
  for (let n = 0; n < x.length; n += 1) {
    const r = target[n]! - product[n]!;
    residual[n] = r;
    direction[n] = r / diagonal[n]!;
    energy += r * direction[n]!;
  }
  const enough = energy * TOLERANCE ** 2;
  let step = 0;
  for (; step < STEPS && energy > enough; step += 1) {
    multiply(product, direction, diagonal, links);
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

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let n = 0; n < a.length; n += 1) sum += a[n]! * b[n]!;
  return sum;
}
