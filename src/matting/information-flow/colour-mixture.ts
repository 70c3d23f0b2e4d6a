import { allocateNeighbours, buildTree, findNearest } from '../knn-tree.js';
import { FEATURES, numbersWhere, placePixels, type FlowPixels } from './flow-pixels.js';
import type { FlowTerm } from './flow-term.js';
import { embed } from './linear-embedding.js';

const NEIGHBOURS = 20;

const SPATIAL = 1;

/** Each unknown pixel's mixture: the unknown ones in it, in rows, and what the known ones add to its alpha. */
interface Mixtures {
  /** First entry of each row, and behind the last one their count. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly weights: Float32Array;
  readonly known: Float64Array;
}

/**
 * Colour-mixture flow: alpha mixes as colour does. Every unknown pixel's colour is written as a mixture of those of its
 * neighbours in colour and position, known or not, and alpha is to be the same mixture of theirs:
 *
 *   Σ_p (α_p − Σ_q w_pq α_q)² = |(I − W) α|².
 *
 * (I − W)ᵀ(I − W) is applied row by row and never formed.
 */
export function colourMixture(pixels: FlowPixels): FlowTerm {
  const mixtures = mix(pixels);
  const { starts, ends, weights, known } = mixtures;
  const size = pixels.unknown;
  const diagonal = new Float64Array(size).fill(1);
  const pull = known.slice();
  for (let n = 0; n < size; n += 1) {
    for (let at = starts[n]!, last = starts[n + 1]!; at < last; at += 1) {
      const end = ends[at]!;
      diagonal[end] = diagonal[end]! + weights[at]! ** 2;
      pull[end] = pull[end]! - weights[at]! * known[n]!;
    }
  }
  return { diagonal, pull, addProduct: (dst, x) => addProduct(dst, x, mixtures) };
}

function addProduct(dst: Float64Array, x: Float64Array, { starts, ends, weights }: Mixtures): void {
  for (let n = 0; n < x.length; n += 1) {
    const [start, last] = [starts[n]!, starts[n + 1]!];
    let rest = x[n]!;
    for (let at = start; at < last; at += 1) rest -= weights[at]! * x[ends[at]!]!;
    dst[n] = dst[n]! + rest;
    for (let at = start; at < last; at += 1) {
      const end = ends[at]!;
      dst[end] = dst[end]! - weights[at]! * rest;
    }
  }
}

function mix(pixels: FlowPixels): Mixtures {
  const { positions, unknown, rgb, alpha } = pixels;
  const tree = buildTree(
    placePixels(
      pixels,
      numbersWhere(pixels, () => true),
      SPATIAL,
    ),
    FEATURES,
  );
  const each = Math.min(NEIGHBOURS, positions.length - 1);
  const found = allocateNeighbours(each);
  const mixture = new Float64Array(each);
  const ends = new Int32Array(each * unknown);
  const weights = new Float32Array(each * unknown);
  // In the tree's order, one search finds in the cache what the last one left there.
  for (const [place, pixel] of tree.order.entries()) {
    if (pixel >= unknown) continue;
    findNearest(found, tree, place);
    embed(mixture, rgb, pixel, found.numbers);
    ends.set(found.numbers, each * pixel);
    weights.set(mixture, each * pixel);
  }
  return fold(ends, weights, each, unknown, alpha);
}

/** Adds up what is known and moves the rest together, in place. */
function fold(
  ends: Int32Array,
  weights: Float32Array,
  each: number,
  unknown: number,
  alpha: Float32Array,
): Mixtures {
  const starts = new Int32Array(unknown + 1);
  const known = new Float64Array(unknown);
  let kept = 0;
  for (let pixel = 0; pixel < unknown; pixel += 1) {
    for (let at = each * pixel; at < each * (pixel + 1); at += 1) {
      const end = ends[at]!;
      if (end >= unknown) {
        known[pixel] = known[pixel]! + weights[at]! * alpha[end]!;
        continue;
      }
      ends[kept] = end;
      weights[kept] = weights[at]!;
      kept += 1;
    }
    starts[pixel + 1] = kept;
  }
  return { starts, ends: ends.subarray(0, kept), weights: weights.subarray(0, kept), known };
}
