import { rational, toNumber, type Rational } from '../../core/rational.js';

/** Which frames of a clip are taken: every so many, so many a second, or so many in all, evenly spread. */
export type Sampling =
  { readonly every: number } | { readonly perSecond: number } | { readonly count: number };

/** Fractions of a frame that steps are rounded to. */
const FINENESS = 1000;

/**
 * Frames from one taken frame to the next, 1 at least. Frame n is taken where ⌊n/step⌋ is larger than for the frame before: the
 * first, and then the first at or after each multiple of the step.
 *
 * @param clip.frameRate - frames a second; the average where it varies
 */
export function samplingStep(
  sampling: Sampling,
  { frameRate, frameCount }: { readonly frameRate: Rational; readonly frameCount: number },
): Rational {
  if ('every' in sampling) return rational(sampling.every, 1);
  if ('count' in sampling) return atLeastOne(frameCount, sampling.count);
  return atLeastOne(
    Math.round(toNumber(frameRate) * FINENESS),
    Math.max(1, Math.round(sampling.perSecond * FINENESS)),
  );
}

/** Positions of the taken frames, from 0. */
export function takenFrames({ num, den }: Rational, frameCount: number): number[] {
  const passed = (index: number): number => Math.floor((index * den) / num);
  return Array.from({ length: frameCount }, (_, index) => index).filter(
    (index) => passed(index) > passed(index - 1),
  );
}

/** ffmpeg's filter that takes the same frames: the same arithmetic, in doubles there as here. */
export function samplingFilter({ num, den }: Rational): string {
  return `select='gt(floor(n*${den}/${num}),floor((n-1)*${den}/${num}))'`;
}

function atLeastOne(num: number, den: number): Rational {
  return num <= den ? rational(1, 1) : rational(num, den);
}
