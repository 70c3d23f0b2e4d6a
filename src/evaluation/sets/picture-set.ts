import { findPictures, type Purpose } from './find-pictures.js';
import { checkSizes } from './check-sizes.js';
import type { PictureFiles, Problem } from './picture-files.js';
import { emptySet, incompleteSet } from './problems.js';

/** Pictures that belong together and were found to fit, as far as headers tell. */
export interface PictureSet {
  readonly folder: string;
  /** What its layout is called. */
  readonly layout: string;
  /** At least one, by name. */
  readonly pictures: readonly PictureFiles[];
  /** Pictures left out because that was asked for. */
  readonly skipped: readonly Problem[];
  /** Whether pictures that cannot be used are left out, those found later included. */
  readonly skip: boolean;
}

/**
 * Finds the pictures of a set and checks all that names and headers tell, before any work is done.
 *
 * @param options.skip - leave out pictures that lack a part or differ in size, instead of failing. Default false
 * @param options.checks - find what else is wrong with pictures that are whole
 * @throws `INPUT_MISSING`, `INPUT_UNSUPPORTED` (no known layout, or pictures that cannot be used), `INPUT_EMPTY`
 *   (nothing left), `ABORTED`
 */
export async function openPictureSet(
  folder: string,
  options: {
    readonly purpose: Purpose;
    readonly skip?: boolean;
    readonly checks?: readonly ((pictures: readonly PictureFiles[]) => Promise<Problem[]>)[];
    readonly signal?: AbortSignal;
  },
): Promise<PictureSet> {
  const { purpose, skip = false, checks = [], signal = new AbortController().signal } = options;
  const headersFit = (listed: readonly PictureFiles[]): Promise<Problem[]> => checkSizes(listed, signal);
  const found = await findPictures(folder, purpose);
  const problems = [...found.problems];
  let pictures = found.pictures;
  for (const check of [headersFit, ...checks]) {
    const unfit = await check(pictures);
    pictures = without(pictures, unfit);
    problems.push(...unfit);
  }
  const all = found.pictures.length + found.problems.length;
  if (problems.length > 0 && !skip) throw incompleteSet(folder, problems, all);
  if (pictures.length === 0) throw emptySet(folder, problems);
  return { folder, layout: found.layout, pictures, skipped: problems, skip };
}

function without(pictures: readonly PictureFiles[], problems: readonly Problem[]): PictureFiles[] {
  const unusable = new Set(problems.map(({ name }) => name));
  return pictures.filter(({ name }) => !unusable.has(name));
}
