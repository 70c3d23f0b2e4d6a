import { byName, type FoundPictures, type Part, type PathsByStem, type Problem } from './picture-files.js';
import type { PictureFiles } from './picture-files.js';

/** The files of a set, a map for each part by the stems that the part goes by. */
export interface SetParts {
  readonly image: PathsByStem;
  /** One for each kind of trimap. Its label is empty where there is one kind only. */
  readonly trimaps: readonly { readonly label: string; readonly paths: PathsByStem }[];
  readonly truth: PathsByStem;
  /** The truth `a` belongs to the composites `a_0`, `a_1`, … */
  readonly truthOfForeground: boolean;
}

/**
 * Puts together what goes by the same name; what lacks a partner that is needed, or has two, is a problem.
 * Parts that are not needed are not looked for.
 */
export function joinParts(
  { image, trimaps, truth, truthOfForeground }: SetParts,
  needed: ReadonlySet<Part>,
): Omit<FoundPictures, 'layout'> {
  const pictures: PictureFiles[] = [];
  const problems: Problem[] = [];
  const kinds = needed.has('trimap') ? trimaps : [{ label: '', paths: new Map<string, string[]>() }];
  const truthOf = (stem: string): readonly string[] | undefined =>
    truth.get(stem) ?? (truthOfForeground ? truth.get(foregroundOf(stem)) : undefined);
  for (const { label, paths } of kinds) {
    const stems = new Set([...image.keys(), ...paths.keys()]);
    if (needed.has('truth') && !truthOfForeground) for (const stem of truth.keys()) stems.add(stem);
    for (const stem of stems) {
      const name = label === '' ? stem : `${stem} ${label}`;
      const parts: Readonly<Record<Part, readonly string[] | undefined>> = {
        image: image.get(stem),
        trimap: paths.get(stem),
        truth: truthOf(stem),
      };
      const problem = [...needed].flatMap((part) => complaint(part, parts[part]))[0];
      if (problem !== undefined) {
        problems.push({ name, ...problem });
        continue;
      }
      pictures.push({
        name,
        image: parts.image![0]!,
        ...(needed.has('trimap') && { trimap: parts.trimap![0]! }),
        ...(needed.has('truth') && { truth: parts.truth![0]! }),
        matte: label === '' ? stem : `${label}/${stem}`,
      });
    }
  }
  return { pictures: pictures.sort(byName), problems: problems.sort(byName) };
}

function foregroundOf(composite: string): string {
  return composite.replace(/_\d+$/, '');
}

function complaint(part: Part, paths: readonly string[] | undefined): Omit<Problem, 'name'>[] {
  const called = part === 'truth' ? 'exact alpha' : part;
  if (paths === undefined) return [{ kind: `no ${called}` }];
  return paths.length > 1 ? [{ kind: `several files for one ${called}`, detail: paths.join(', ') }] : [];
}
