import { MatteflowError } from '../../core/errors.js';
import type { Problem } from './picture-files.js';

/** Names and kinds a message spells out before it counts the rest. */
const NAMED = 5;

/** Why a picture was left out, in one line. */
export function reasonOf({ kind, detail }: Problem): string {
  return detail === undefined ? kind : `${kind} (${detail})`;
}

/** The error of a set in which pictures cannot be used: how many, why, which. */
export function incompleteSet(
  folder: string,
  problems: readonly Problem[],
  pictures: number,
): MatteflowError {
  return new MatteflowError('INPUT_UNSUPPORTED', {
    what: `${problems.length} of the set's ${pictures} pictures cannot be used`,
    seen: summary(problems),
    remedy: 'Complete the set, or leave them out with --skip',
    subject: folder,
  });
}

/** `3 × no trimap: a, b, c; 1 × sizes differ: d (image 20 × 20, trimap 10 × 10)`. */
function summary(problems: readonly Problem[]): string {
  const kinds = new Map<string, string[]>();
  for (const { name, kind, detail } of problems) {
    const line = detail === undefined ? name : `${name} (${detail})`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), line]);
  }
  return [...kinds].map(([kind, names]) => `${names.length} × ${kind}: ${firstOf(names)}`).join('; ');
}

function firstOf(names: readonly string[]): string {
  const more = names.length > NAMED ? [`${names.length - NAMED} more`] : [];
  return [...names.slice(0, NAMED), ...more].join(', ');
}

/** The error of a set of which nothing is left. */
export function emptySet(folder: string, skipped: readonly Problem[]): MatteflowError {
  return new MatteflowError('INPUT_EMPTY', {
    what: 'the set has no picture that can be used',
    seen: skipped.length === 0 ? 'empty folders' : summary(skipped),
    expected: 'at least one picture with its trimap and its exact alpha',
    subject: folder,
  });
}
