import { viewPlanes } from '../core/frame.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip } from '../ingest/clip.js';
import { closeAll, type Closer } from '../core/closers.js';
import { forceTrimap } from '../trimap/force.js';
import { openTrack, type GreyTrack } from './grey-track.js';
import type { ForceOptions } from './trimap-options.js';
import type { ClipTrimaps } from './trimaps.js';

/** A run's garbage and holdout mattes. */
export interface ForceMattes {
  /**
   * Puts the mattes of a frame into its trimap.
   *
   * @param index - position in the run, from 0, not before the last one asked for
   */
  force(trimap: Uint8Array, index: number): Promise<void>;
  close(): Promise<void>;
}

interface ForceRun {
  readonly ffmpeg: Ffmpeg;
  readonly clip: Clip;
  readonly signal: AbortSignal;
}

/**
 * @returns undefined when there are none
 * @throws as `openTrack`
 */
export async function openForceMattes(
  { garbage, holdout }: ForceOptions,
  { ffmpeg, clip, signal }: ForceRun,
): Promise<ForceMattes | undefined> {
  if (garbage === undefined && holdout === undefined) return undefined;
  const closers: Closer[] = [];
  const open = async (path: string | undefined): Promise<GreyTrack | undefined> => {
    if (path === undefined) return undefined;
    const track = await openTrack(ffmpeg, clip, path, signal);
    closers.push(() => track.close());
    return track;
  };
  try {
    const tracks = { garbage: await open(garbage), holdout: await open(holdout) };
    return {
      force: async (trimap, index) => {
        forceTrimap(trimap, {
          garbage: await tracks.garbage?.at(index),
          holdout: await tracks.holdout?.at(index),
        });
      },
      close: () => closeAll(closers),
    };
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

/**
 * Trimaps with garbage and holdout mattes put in.
 *
 * @param trimaps - closed by the result, and when this fails
 * @throws as `openTrack`
 */
export async function forceTrimaps(
  trimaps: ClipTrimaps,
  options: ForceOptions,
  run: ForceRun,
): Promise<ClipTrimaps> {
  const mattes = await openForceMattes(options, run).catch(async (error: unknown) => {
    await trimaps.close();
    throw error;
  });
  if (!mattes) return trimaps;
  return {
    fill: async (frame) => {
      const confidence = await trimaps.fill(frame);
      await mattes.force(viewPlanes(frame.memory).trimap, frame.index);
      return confidence;
    },
    close: () => closeAll([() => trimaps.close(), () => mattes.close()]),
  };
}
