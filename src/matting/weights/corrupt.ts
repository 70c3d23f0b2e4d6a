import { MatteflowError } from '../../core/errors.js';

/** Makes the error for what is wrong with one file of weights: what, what was found, what was expected. */
export type Complaint = (what: string, seen?: string, expected?: string, cause?: unknown) => MatteflowError;

/**
 * What is said of a file of weights whose contents cannot be used.
 *
 * @param subject - the file's name
 * @param remedy - what to do about it
 */
export function complaintAbout(subject: string, remedy = 'Fetch or export the weights again'): Complaint {
  return (what, seen, expected, cause) =>
    new MatteflowError('WEIGHTS_CORRUPT', { what, seen, expected, remedy, subject, cause });
}

/** The first three of a list of names, and how many more there are. */
export function firstFew(names: readonly string[]): string {
  const head = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${head} and ${names.length - 3} more` : head;
}

/** `4×3×3×3`, or `scalar`. */
export function shapeText(shape: readonly number[]): string {
  return shape.join('×') || 'scalar';
}
