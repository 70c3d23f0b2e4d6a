import { throwIfAborted } from '../../core/errors.js';
import { bandQuality, countBand, meanBandQuality, type BandQuality } from './band-quality.js';
import type { Judgement } from './clip-meter.js';
import type { ClipBand, FrameBand } from './clip-results.js';

/**
 * Holds the trimaps of a clip's frames against their truth, one frame in memory at a time.
 *
 * @param indices - the frames that have a truth, in order
 * @param painted - those whose trimap a person made: the averages of propagation leave them out
 */
export async function judgeBand(
  indices: readonly number[],
  painted: readonly { readonly index: number }[],
  { numberOf, truthAt, trimapAt }: Pick<Judgement, 'numberOf' | 'truthAt' | 'trimapAt'>,
  signal: AbortSignal,
): Promise<ClipBand> {
  const frames: FrameBand[] = [];
  for (const index of indices) {
    throwIfAborted(signal);
    const truth = await truthAt(index);
    if (!truth) continue;
    const counts = countBand(await trimapAt(index), truth);
    const distance = Math.min(...painted.map((keyframe) => Math.abs(keyframe.index - index)));
    frames.push({ frame: numberOf(index), distance, ...counts, quality: bandQuality(counts) });
  }
  return summarise(frames);
}

/** The averages of a clip's frames. */
function summarise(frames: readonly FrameBand[]): ClipBand {
  const propagated = frames.filter(({ distance }) => distance > 0);
  const distances = [...new Set(propagated.map(({ distance }) => distance))].sort((a, b) => a - b);
  return {
    propagated: meanOf(propagated),
    painted: meanOf(frames.filter(({ distance }) => distance === 0)),
    byDistance: distances.map((distance) => {
      const alike = propagated.filter((frame) => frame.distance === distance);
      return {
        distance,
        frames: alike.length,
        quality: meanBandQuality(alike.map(({ quality }) => quality)),
      };
    }),
    frames,
  };
}

function meanOf(frames: readonly FrameBand[]): BandQuality | undefined {
  return frames.length === 0 ? undefined : meanBandQuality(frames.map(({ quality }) => quality));
}
