import { MatteflowError, throwIfAborted } from '../core/errors.js';
import { meanScores } from './mean-scores.js';
import { readOrSkip, readPicture } from './read-picture.js';
import type { Evaluation, Method, Picture, PictureResult } from './results.js';
import { scoreMethods } from './score-methods.js';
import type { Problem } from './sets/picture-files.js';
import type { PictureSet } from './sets/picture-set.js';
import { emptySet, reasonOf } from './sets/problems.js';

export interface EvaluateOptions {
  /** Sees each picture with its mattes, by the method's name, before they are let go. */
  readonly onPicture?: (
    picture: Picture,
    mattes: ReadonlyMap<string, Float32Array>,
    result: PictureResult,
  ) => void | Promise<void>;
  /** Mattes scored so far, of all there will be. */
  readonly onProgress?: (mattes: number, all: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Mattes every picture of a set by every method and scores them. One picture is in memory at a time.
 *
 * @throws `USAGE` when two methods have one name; `TRIMAP_ALL_KNOWN` for a picture without unknown pixels and whatever reading throws, unless the set leaves such
 *   pictures out; `INPUT_EMPTY` when none is left; `ABORTED`; what the methods throw
 */
export async function evaluate(
  set: PictureSet,
  methods: readonly Method[],
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  requireDistinct(methods);
  const { onPicture, onProgress, signal = new AbortController().signal } = options;
  const pictures: PictureResult[] = [];
  const skipped: Problem[] = [...set.skipped];
  const all = set.pictures.length * methods.length;
  for (const [index, files] of set.pictures.entries()) {
    throwIfAborted(signal);
    const picture = await readOrSkip(() => readPicture(files), { files, set, skipped });
    if (!picture) continue;
    const { mattes, result } = await scoreMethods(picture, methods, {
      signal,
      onMatte: (nth) => onProgress?.(index * methods.length + nth, all),
    });
    await onPicture?.(picture, mattes, result);
    pictures.push(result);
  }
  if (pictures.length === 0) throw emptySet(set.folder, skipped);
  return evaluationOf(set, methods, pictures, skipped);
}

/** @throws `USAGE` when two methods have one name: results go by it */
export function requireDistinct(methods: readonly Pick<Method, 'name'>[]): void {
  const seen = new Set<string>();
  for (const { name } of methods) {
    if (seen.has(name)) {
      throw new MatteflowError('USAGE', {
        what: 'two methods have the same name, so that a table could not tell them apart',
        seen: `${name} twice`,
        remedy: 'Name each but once; give weights files of one name other names',
      });
    }
    seen.add(name);
  }
}

/** The results of all pictures with their means. */
export function evaluationOf(
  { folder }: Pick<PictureSet, 'folder'>,
  methods: readonly Pick<Method, 'name'>[],
  pictures: readonly PictureResult[],
  skipped: readonly Problem[],
): Evaluation {
  const names = methods.map(({ name }) => name);
  return {
    set: folder,
    methods: names,
    mean: Object.fromEntries(names.map((name) => [name, meanScores(pictures, name)])),
    pictures,
    skipped: skipped.map((problem) => ({ name: problem.name, reason: reasonOf(problem) })),
  };
}
