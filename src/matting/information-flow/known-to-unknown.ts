import { clip } from '../rgb-matrix.js';
import { allocateNeighbours, buildTree, findNearestTo, type KdTree } from '../knn-tree.js';
import { FEATURES, numbersWhere, placePixels, type FlowPixels } from './flow-pixels.js';
import type { FlowTerm } from './flow-term.js';
import { embed } from './linear-embedding.js';

/** From either side. */
const NEIGHBOURS = 7;

const SPATIAL = 10;

/** The known pixels of one side. */
interface Side {
  readonly tree: KdTree;
  /** The number of each of the tree's pixels among all. */
  readonly numbers: Int32Array;
  readonly each: number;
}

/**
 * Known-to-unknown flow: what an unknown pixel's colour says of its alpha when it is written as a mixture of the
 * foreground's and the background's colours nearest to it, as far as these two differ:
 *
 *   Σ_p η_p (α_p − w_p)²,
 *
 * w_p the share of the foreground in the mixture, η_p a third of the squared distance of the two sides' mean colours.
 * Nothing where the trimap knows one side only.
 */
export function knownToUnknown(pixels: FlowPixels): FlowTerm {
  const { unknown } = pixels;
  const diagonal = new Float64Array(unknown);
  const pull = new Float64Array(unknown);
  const sides = [sideOf(pixels, 1), sideOf(pixels, 0)] as const;
  if (sides[0].each > 0 && sides[1].each > 0) estimate({ diagonal, pull }, pixels, sides);
  return {
    diagonal,
    pull,
    addProduct: (dst, x) => {
      for (let n = 0; n < unknown; n += 1) dst[n] = dst[n]! + diagonal[n]! * x[n]!;
    },
  };
}

function sideOf(pixels: FlowPixels, side: 0 | 1): Side {
  const { alpha, unknown } = pixels;
  const numbers = numbersWhere(pixels, (n) => n >= unknown && alpha[n] === side);
  const tree = buildTree(placePixels(pixels, numbers, SPATIAL), FEATURES);
  return { tree, numbers, each: Math.min(NEIGHBOURS, numbers.length) };
}

function estimate(
  { diagonal, pull }: Pick<FlowTerm, 'diagonal' | 'pull'>,
  pixels: FlowPixels,
  sides: readonly [Side, Side],
): void {
  const { unknown, rgb } = pixels;
  const queries = placePixels(
    pixels,
    numbersWhere(pixels, (n) => n < unknown),
    SPATIAL,
  );
  const found = sides.map(({ each }) => allocateNeighbours(each));
  const front = sides[0].each;
  const neighbours = new Int32Array(front + sides[1].each);
  const mixture = new Float64Array(neighbours.length);
  for (let pixel = 0; pixel < unknown; pixel += 1) {
    let to = 0;
    sides.forEach(({ tree, numbers }, side) => {
      findNearestTo(found[side]!, tree, queries, pixel);
      for (const number of found[side]!.numbers) neighbours[to++] = numbers[number]!;
    });
    embed(mixture, rgb, pixel, neighbours);
    let share = 0;
    for (let n = 0; n < front; n += 1) share += mixture[n]!;
    const confidence = difference(rgb, neighbours, mixture, front, share) / 3;
    diagonal[pixel] = confidence;
    pull[pixel] = confidence * share;
  }
}

/** The squared distance of the colours that the first `front` neighbours and the others mix to. */
function difference(
  rgb: Float32Array,
  neighbours: Int32Array,
  mixture: Float64Array,
  front: number,
  share: number,
): number {
  let square = 0;
  for (let k = 0; k < 3; k += 1) {
    let fgr = 0;
    let bgr = 0;
    for (let n = 0; n < front; n += 1) fgr += mixture[n]! * rgb[3 * neighbours[n]! + k]!;
    for (let n = front; n < mixture.length; n += 1) bgr += mixture[n]! * rgb[3 * neighbours[n]! + k]!;
    // A share near 0 can lead to any colour; those outside the cube are none.
    square += (clip(fgr / share) - clip(bgr / (1 - share))) ** 2;
  }
  return square;
}
