import type { FrameFormat, FramePlanes } from '../core/frame.js';
import type { Candidates } from './knn-candidates.js';
import { FEATURES, readFeatures } from './knn-features.js';
import { allocateNeighbours, buildTree, findNearest } from './knn-tree.js';

/** Affinity of neighbours that differ by the range or more: without it, pixels unlike all others would be linked to nothing. */
const LEAST = 0.01;

/** One search for neighbours. */
interface Pass {
  readonly neighbours: number;
  /** What the frame's diagonal weighs against a step of one colour from 0 to 1. */
  readonly positionWeight: number;
  /** What its links count. */
  readonly share: number;
}

export interface LinkOptions {
  readonly passes: readonly Pass[];
  /** The features' difference, summed over the features, from which on two pixels say next to nothing about each other. */
  readonly range: number;
}

/**
 * The unknown pixels' links. Two unknown pixels are linked by an entry of either; a link to a known one is held as what it
 * adds to the system.
 */
export interface Links {
  /** First link of each unknown pixel, and behind the last one their count. */
  readonly starts: Int32Array;
  /** The unknown pixel at the other end of each link. */
  readonly ends: Int32Array;
  /** Affinity, 0..1. */
  readonly weights: Float32Array;
  /** Sum of the affinities of all links that begin or end at each unknown pixel. */
  readonly degree: Float64Array;
  /** Sum of affinity × alpha over each one's links to known pixels. */
  readonly pull: Float64Array;
}

/**
 * Links every unknown pixel to its nearest neighbours in colour and position, known or not.
 *
 * @param known - alpha of the known pixels, the frame's size
 */
export function linkUnknown(
  { pixels, unknown }: Candidates,
  planes: Pick<FramePlanes, 'colour'>,
  format: FrameFormat,
  known: Float32Array,
  { passes: wanted, range }: LinkOptions,
): Links {
  const most = pixels.length - 1;
  const passes = wanted.map((pass) => ({ ...pass, neighbours: Math.min(pass.neighbours, most) }));
  const each = passes.reduce((sum, { neighbours }) => sum + neighbours, 0);
  const ends = new Int32Array(each * unknown);
  const weights = new Float32Array(each * unknown);
  let first = 0;
  for (const { neighbours, positionWeight, share } of passes) {
    const features = readFeatures(pixels, planes, format, positionWeight);
    const tree = buildTree(features, FEATURES);
    const found = allocateNeighbours(neighbours);
    // In the tree's order, one search finds in the cache what the last one left there.
    for (let place = 0; place < pixels.length; place += 1) {
      const pixel = tree.order[place]!;
      if (pixel >= unknown) continue;
      findNearest(found, tree, place);
      for (let n = 0, link = each * pixel + first; n < neighbours; n += 1, link += 1) {
        ends[link] = found.numbers[n]!;
        weights[link] = share * affinity(features, pixel, found.numbers[n]!, range);
      }
    }
    first += neighbours;
  }
  return fold({ ends, weights }, each, { pixels, unknown }, known);
}

/** 1 − difference / range (equation 4 of the paper, with the city-block norm). */
function affinity(features: Float32Array, a: number, b: number, range: number): number {
  let difference = 0;
  for (let k = 0; k < FEATURES; k += 1)
    difference += Math.abs(features[FEATURES * a + k]! - features[FEATURES * b + k]!);
  return Math.max(1 - difference / range, LEAST);
}

/** Adds up the links to known pixels and moves the others together, in place. */
function fold(
  { ends, weights }: Pick<Links, 'ends' | 'weights'>,
  each: number,
  { pixels, unknown }: Candidates,
  known: Float32Array,
): Links {
  const starts = new Int32Array(unknown + 1);
  const degree = new Float64Array(unknown);
  const pull = new Float64Array(unknown);
  let kept = 0;
  for (let pixel = 0; pixel < unknown; pixel += 1) {
    for (let link = each * pixel; link < each * (pixel + 1); link += 1) {
      const end = ends[link]!;
      const weight = weights[link]!;
      degree[pixel] = degree[pixel]! + weight;
      if (end >= unknown) {
        pull[pixel] = pull[pixel]! + weight * known[pixels[end]!]!;
        continue;
      }
      degree[end] = degree[end]! + weight;
      ends[kept] = end;
      weights[kept] = weight;
      kept += 1;
    }
    starts[pixel + 1] = kept;
  }
  return { starts, ends: ends.subarray(0, kept), weights: weights.subarray(0, kept), degree, pull };
}
