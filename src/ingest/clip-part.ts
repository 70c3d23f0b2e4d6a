import type { Clip } from './clip-model.js';

/** Frames of a run, by their positions in it. */
export interface Span {
  readonly first: number;
  readonly count: number;
}

/**
 * Some of a run's frames as a run of their own, with the times and numbers they have in it. Says nothing about sound and
 * timecode: it is for decoding.
 */
export function partOf(clip: Clip, { first, count }: Span): Clip {
  const { input } = clip;
  const firstNumber = clip.firstNumber + first;
  if (clip.kind === 'video') {
    return {
      ...clip,
      ...(clip.ticks && { ticks: clip.ticks.slice(first, first + count) }),
      firstNumber,
      frameCount: count,
      input: { ...input, skip: input.skip + first },
    };
  }
  // Pictures need not be decoded to be passed over.
  const options = input.options.map((option, i) =>
    input.options[i - 1] === '-start_number' ? String(firstNumber) : option,
  );
  return {
    ...clip,
    firstNumber,
    frameCount: count,
    input: { ...input, options, tickOffset: input.tickOffset + first },
  };
}
