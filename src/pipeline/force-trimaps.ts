import { viewPlanes } from '../core/frame.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip } from '../ingest/clip.js';
import { closeAll, type Closer } from '../core/closers.js';
import { forceTrimap } from '../trimap/force.js';
import { openTrack, type GreyTrack } from './grey-track.js';
import type { ForceOptions } from './trimap-options.js';
import type { ClipTrimaps } from './trimaps.js';

/**
 * Trimaps with garbage and holdout mattes put in.
 *
 * @param trimaps - closed by the result, and when this fails
 * @throws as `openTrack`
 */
export async function forceTrimaps(
  trimaps: ClipTrimaps,
  { garbage, holdout }: ForceOptions,
  run: { readonly ffmpeg: Ffmpeg; readonly clip: Clip; readonly signal: AbortSignal },
): Promise<ClipTrimaps> {
  if (garbage === undefined && holdout === undefined) return trimaps;
  const closers: Closer[] = [() => trimaps.close()];
  try {
    const open = async (path: string | undefined): Promise<GreyTrack | undefined> => {
      if (path === undefined) return undefined;
      const track = await openTrack(run.ffmpeg, run.clip, path, run.signal);
      closers.push(() => track.close());
      return track;
    };
    const tracks = { garbage: await open(garbage), holdout: await open(holdout) };
    return {
      fill: async (frame) => {
        const confidence = await trimaps.fill(frame);
        forceTrimap(viewPlanes(frame.memory).trimap, {
          garbage: await tracks.garbage?.at(frame.index),
          holdout: await tracks.holdout?.at(frame.index),
        });
        return confidence;
      },
      close: () => closeAll(closers),
    };
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}
