import { allocateNeighbours, buildTree, findNearest } from '../knn-tree.js';
import { FEATURES, numbersWhere, placePixels, type FlowPixels } from './flow-pixels.js';
import type { FlowTerm } from './flow-term.js';

const NEIGHBOURS = 5;

const SPATIAL = 1 / 20;

/** The links of one unknown pixel after the other, `each` a pixel. */
interface Links {
  readonly each: number;
  readonly ends: Int32Array;
  readonly weights: Float32Array;
}

/**
 * Intra-unknown flow: unknown pixels of the same colour, wherever they are, are to share their alpha,
 *
 *   Σ_p Σ_q max(1 − |v_p − v_q|₁, 0) (α_p − α_q)²,
 *
 * over the neighbours q of each p among the unknown pixels, v where they lie in colour and (barely) position.
 */
export function intraUnknown(pixels: FlowPixels): FlowTerm {
  const { unknown } = pixels;
  const links = link(pixels);
  const { each, ends, weights } = links;
  const diagonal = new Float64Array(unknown);
  for (let n = 0, at = 0; n < unknown; n += 1) {
    for (let k = 0; k < each; k += 1, at += 1) {
      diagonal[n] = diagonal[n]! + weights[at]!;
      diagonal[ends[at]!] = diagonal[ends[at]!]! + weights[at]!;
    }
  }
  return {
    diagonal,
    pull: new Float64Array(unknown),
    addProduct: (dst, x) => addProduct(dst, x, links),
  };
}

function addProduct(dst: Float64Array, x: Float64Array, { each, ends, weights }: Links): void {
  for (let n = 0, at = 0; n < x.length; n += 1) {
    for (let k = 0; k < each; k += 1, at += 1) {
      const end = ends[at]!;
      const flow = weights[at]! * (x[n]! - x[end]!);
      dst[n] = dst[n]! + flow;
      dst[end] = dst[end]! - flow;
    }
  }
}

function link(pixels: FlowPixels): Links {
  const { unknown } = pixels;
  const features = placePixels(
    pixels,
    numbersWhere(pixels, (n) => n < unknown),
    SPATIAL,
  );
  const tree = buildTree(features, FEATURES);
  const each = Math.min(NEIGHBOURS, unknown - 1);
  const found = allocateNeighbours(each);
  const ends = new Int32Array(each * unknown);
  const weights = new Float32Array(each * unknown);
  if (each === 0) return { each, ends, weights };
  for (const [place, pixel] of tree.order.entries()) {
    findNearest(found, tree, place);
    ends.set(found.numbers, each * pixel);
    for (let n = 0; n < each; n += 1)
      weights[each * pixel + n] = affinity(features, pixel, found.numbers[n]!);
  }
  return { each, ends, weights };
}

function affinity(features: Float32Array, a: number, b: number): number {
  let difference = 0;
  for (let k = 0; k < FEATURES; k += 1)
    difference += Math.abs(features[FEATURES * a + k]! - features[FEATURES * b + k]!);
  return Math.max(1 - difference, 0);
}
