import { readdir } from 'node:fs/promises';
import { asError, MatteflowError } from '../../core/errors.js';
import { ALPHAMATTING_TEST, FOLDER_LAYOUTS } from './layouts.js';
import { matchFlat } from './match-flat.js';
import { lackingParts, matchLayout, picturesOf, type LayoutMatch } from './match-folders.js';
import type { FoundPictures, Part } from './picture-files.js';

/**
 * What a set is opened for, which says what it must hold. `score`: images, trimaps, exact alpha. `sweep`: images and
 * exact alpha, as the trimaps are made. `submit`: the test set of alphamatting.com, which has no exact alpha.
 */
export type Purpose = 'score' | 'sweep' | 'submit';

const NEEDED: Readonly<Record<Purpose, ReadonlySet<Part>>> = {
  score: new Set<Part>(['image', 'trimap', 'truth']),
  sweep: new Set<Part>(['image', 'truth']),
  submit: new Set<Part>(['image', 'trimap']),
};

/**
 * Recognises a set by the folders and names it is made of, and sorts out which files belong together.
 * Reads no pixels.
 *
 * @throws `INPUT_MISSING` when there is no such folder; `INPUT_UNSUPPORTED` when it is laid out as no known set, or
 *   lacks a whole part of one
 */
export async function findPictures(folder: string, purpose: Purpose): Promise<FoundPictures> {
  const there = await readdir(folder).catch((cause: unknown) => {
    throw new MatteflowError('INPUT_MISSING', {
      what: 'the folder cannot be read',
      seen: asError(cause).message,
      expected: 'a folder of pictures',
      subject: folder,
      cause,
    });
  });
  const needed = NEEDED[purpose];
  const layouts = purpose === 'submit' ? [ALPHAMATTING_TEST] : FOLDER_LAYOUTS;
  const matches: LayoutMatch[] = [];
  for (const layout of layouts) matches.push(await matchLayout(folder, layout));
  const whole = matches.find((match) => lackingParts(match, needed).length === 0);
  if (whole) return picturesOf(whole, needed);
  const flat = purpose === 'submit' ? undefined : await matchFlat(folder, needed);
  if (flat) return flat;
  const [nearest] = matches.toSorted((a, b) => foundIn(b) - foundIn(a));
  throw nearest && foundIn(nearest) > 1
    ? partLacking(folder, nearest, needed)
    : unknown(folder, there, purpose);
}

function foundIn({ folders }: LayoutMatch): number {
  return Object.keys(folders).length;
}

function partLacking(folder: string, match: LayoutMatch, needed: ReadonlySet<Part>): MatteflowError {
  const { layout, folders } = match;
  const [part] = lackingParts(match, needed) as [Part];
  const names = layout[part];
  const called = part === 'truth' ? 'exact alpha' : `${part}s`;
  return new MatteflowError('INPUT_UNSUPPORTED', {
    what: `the set (${layout.name}) has no ${called}`,
    seen: Object.values(folders).join(', '),
    ...(names.length > 0 && { expected: `a folder ${names.join(' or ')} as well` }),
    remedy: remedyFor(layout.name, part),
    subject: folder,
  });
}

function remedyFor(layout: string, part: Part): string {
  if (layout === ALPHAMATTING_TEST.name) {
    return 'Its exact alpha is not published: write mattes for its web site with --submission FOLDER, or score the training set';
  }
  if (part === 'image') return 'Composition-1k is handed out uncomposed: compose its test pictures first';
  return 'Put the missing folder beside the others';
}

function unknown(folder: string, there: readonly string[], purpose: Purpose): MatteflowError {
  const some = there.filter((name) => !name.startsWith('.')).sort();
  const more = some.length > 6 ? ` and ${some.length - 6} more` : '';
  return new MatteflowError('INPUT_UNSUPPORTED', {
    what: 'this is no set of pictures that is known',
    seen: some.length === 0 ? 'nothing' : `${some.slice(0, 6).join(', ')}${more}`,
    expected:
      purpose === 'submit'
        ? 'folders input_lowres and trimap_lowres of alphamatting.com’s test set'
        : 'folders image, trimap and alpha with the same names in each, or NAME.png, NAME_trimap.png and NAME_alpha.png',
    remedy: 'docs/evaluation.md shows every layout',
    subject: folder,
  });
}
