import { throwIfAborted } from '../core/errors.js';
import type { Chart } from './chart.js';
import { evaluationOf, requireDistinct } from './evaluate.js';
import { readOrSkip, readWithTruth } from './read-picture.js';
import type { Evaluation, Method, PictureResult } from './results.js';
import { scoreMethods } from './score-methods.js';
import type { Problem } from './sets/picture-files.js';
import type { PictureSet } from './sets/picture-set.js';
import { emptySet } from './sets/problems.js';
import { trimapOfTruth, type TruthTrimap } from './trimap-of-truth.js';

/** How far the unknown region reaches beyond the soft pixels in Xu et al.'s experiment, pixels. */
export const SWEEP_DISTANCES: readonly number[] = [1, 4, 7, 10, 13, 16, 19];

/** Several methods on trimaps that are less and less careful. */
export interface Sweep {
  /** The set's folder. */
  readonly set: string;
  readonly methods: readonly string[];
  /** By distance; all have the same pictures. */
  readonly steps: readonly {
    /** Pixels from the soft ones up to which the trimap is unknown. */
    readonly distance: number;
    readonly evaluation: Evaluation;
  }[];
}

/** The trimaps of a sweep. */
export interface SweepTrimaps extends Pick<TruthTrimap, 'tolerance'> {
  /** Pixels, ascending. */
  readonly distances: readonly number[];
}

/**
 * How much each method depends on a careful trimap: the experiment of Xu, Price, Cohen and Huang, *Deep Image Matting*
 * (CVPR 2017), §5.1, which draws SAD against the distance. Trimaps are made from the exact alpha; those of the set are
 * not read. One picture is in memory at a time.
 *
 * @throws as `evaluate` does
 */
export async function sweepTrimaps(
  set: PictureSet,
  methods: readonly Method[],
  { distances, tolerance }: SweepTrimaps,
  options: {
    readonly onProgress?: (mattes: number, all: number) => void;
    readonly signal?: AbortSignal;
  } = {},
): Promise<Sweep> {
  requireDistinct(methods);
  const { onProgress, signal = new AbortController().signal } = options;
  const results = distances.map((distance) => ({ distance, pictures: new Array<PictureResult>() }));
  const skipped: Problem[] = [...set.skipped];
  const all = set.pictures.length * distances.length * methods.length;
  for (const [index, files] of set.pictures.entries()) {
    throwIfAborted(signal);
    const read = await readOrSkip(() => readWithTruth(files, tolerance), { files, set, skipped });
    if (!read) continue;
    for (const [step, { distance, pictures }] of results.entries()) {
      const trimap = new Uint8Array(read.truth.length);
      trimapOfTruth(trimap, read.truth, read.image.format, { distance, tolerance });
      const before = (index * distances.length + step) * methods.length;
      const onMatte = (nth: number): void => onProgress?.(before + nth, all);
      pictures.push((await scoreMethods({ ...read, trimap }, methods, { signal, onMatte })).result);
    }
  }
  if (results.every(({ pictures }) => pictures.length === 0)) throw emptySet(set.folder, skipped);
  return {
    set: set.folder,
    methods: methods.map(({ name }) => name),
    steps: results.map(({ distance, pictures }) => ({
      distance,
      evaluation: evaluationOf(set, methods, pictures, skipped),
    })),
  };
}

/** SAD against the distance, a line a method. */
export function sweepChart({ methods, steps }: Sweep): Chart {
  return {
    name: 'trimap-sweep',
    title: 'Error by how far the trimap’s unknown region reaches',
    x: { name: 'distance from the soft pixels, pixels' },
    y: { name: 'SAD over the unknown region, thousands' },
    kind: 'lines',
    series: methods.map((name) => ({
      name,
      points: steps.map(({ distance, evaluation }) => [distance, evaluation.mean[name]!.sad] as const),
    })),
  };
}
