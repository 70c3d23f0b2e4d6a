import { join } from 'node:path';
import { closeAll, type Closer } from '../core/closers.js';
import { FramePool } from '../core/frame-pool.js';
import { openClip } from '../ingest/clip.js';
import { readFrames } from '../ingest/read-frames.js';
import { stageOutput } from '../output/publish.js';
import { writeTrimap } from '../trimap/trimap.js';
import { frameName } from './found-masks.js';
import { openFfmpeg } from './open-ffmpeg.js';
import { openTrimapSource } from './open-trimap-source.js';
import type { EngineOptions, MatteVideoOptions, RunOptions } from './options.js';
import { progressMeter } from './progress.js';
import { StageClock } from './stage-clock.js';
import { trimapChoice, type ForceOptions, type TrimapOptions } from './trimap-options.js';
import type { TrimapFolderResult } from './trimaps-from-masks.js';

export type FromFramesOptions = RunOptions &
  ForceOptions &
  Pick<TrimapOptions, 'plate' | 'autoTrimap' | 'trimapModel' | 'erode' | 'dilate'> &
  Pick<EngineOptions, 'engine' | 'device'> &
  Pick<MatteVideoOptions, 'input' | 'output' | 'range' | 'overwrite'>;

/**
 * Writes a trimap for every frame of a clip, by a clean plate or a network: a sequence a person can correct and pass back
 * as `trimaps`. The folder appears complete or not at all.
 *
 * @throws MatteflowError as `matteVideo` does
 */
export async function trimapsFromFrames(options: FromFramesOptions): Promise<TrimapFolderResult> {
  const choice = trimapChoice(options);
  const { output, overwrite = false, signal = new AbortController().signal } = options;
  const closers: Closer[] = [];
  try {
    const ffmpeg = await openFfmpeg(options, signal);
    const clip = await openClip(ffmpeg, options.input, { ...options, signal });
    clip.notices.forEach((notice) => options.onNotice?.(notice));
    const staged = await stageOutput(output, { kind: 'folder', overwrite });
    closers.push(staged.discard);
    const trimaps = await openTrimapSource(ffmpeg, clip, choice, options, new StageClock(), signal);
    closers.push(() => trimaps.close());
    const progress = progressMeter('trimaps', options.onProgress);
    const pool = new FramePool(clip.format, { size: 2, packedBytes: 0 });
    for await (const frame of readFrames(ffmpeg, clip, pool, signal)) {
      try {
        await trimaps.fill(frame);
        await writeTrimap(join(staged.temporary, frameName(frame.number)), frame.planes.trimap, clip.format);
        progress(frame.index + 1, clip.frameCount);
      } finally {
        frame.release();
      }
    }
    await staged.publish();
    return { output, frames: clip.frameCount };
  } finally {
    await closeAll(closers);
  }
}
