import { FramePool } from '../core/frame-pool.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip } from '../ingest/clip.js';
import { readSpans } from './spans.js';
import type { ClipTrimaps } from './trimaps.js';

/**
 * Trimaps of a source that follows the scene from frame to frame, for runs that leave out frames which an earlier run has
 * finished: those are decoded and shown to it as well, so that it comes to the frames that follow as it would have.
 *
 * @param trimaps - gives the same for the same frames in the same order; closed by the result
 * @param run - `fill` is asked for its frames in order
 */
export function followedTrimaps(
  trimaps: ClipTrimaps,
  run: {
    readonly ffmpeg: Ffmpeg;
    readonly clip: Clip;
    readonly salvage: boolean;
    readonly signal: AbortSignal;
  },
): ClipTrimaps {
  /** Position of the frame that is to be shown next. */
  let next = 0;
  return {
    fill: async (frame) => {
      if (next < frame.index) await showSpan(trimaps, run, { first: next, count: frame.index - next });
      const confidence = await trimaps.fill(frame);
      next = frame.index + 1;
      return confidence;
    },
    close: () => trimaps.close(),
  };
}

async function showSpan(
  trimaps: ClipTrimaps,
  { ffmpeg, clip, salvage, signal }: Parameters<typeof followedTrimaps>[1],
  span: { readonly first: number; readonly count: number },
): Promise<void> {
  const pool = new FramePool(clip.format, { size: 2, packedBytes: 0 });
  for await (const frame of readSpans(ffmpeg, clip, [span], pool, { salvage, signal })) {
    try {
      await trimaps.fill(frame);
    } finally {
      frame.release();
    }
  }
}
