import { MatteflowError } from '../core/errors.js';

/**
 * The frames of a range within a clip, or all of them: how many to skip and how many to take.
 *
 * @param range - first and last number, both included
 * @throws MatteflowError `USAGE` when the clip does not have them
 */
export function selectRange(
  range: readonly [number, number] | undefined,
  clip: { readonly path: string; readonly firstNumber: number; readonly frameCount: number },
): { readonly skip: number; readonly count: number } {
  if (!range) return { skip: 0, count: clip.frameCount };
  const [first, last] = range;
  const end = clip.firstNumber + clip.frameCount - 1;
  const whole = Number.isSafeInteger(first) && Number.isSafeInteger(last);
  if (!whole || first < clip.firstNumber || last > end || last < first) {
    throw new MatteflowError('USAGE', {
      what: 'the range is not within the clip',
      seen: `${first}:${last}`,
      expected: `two of its frames, ${clip.firstNumber} to ${end}, the earlier one first`,
      subject: clip.path,
    });
  }
  return { skip: first - clip.firstNumber, count: last - first + 1 };
}
