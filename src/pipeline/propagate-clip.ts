import { join } from 'node:path';
import { throwIfAborted } from '../core/errors.js';
import { allocateFrame, viewPlanes } from '../core/frame.js';
import { openClip } from '../ingest/clip.js';
import { stageOutput } from '../output/publish.js';
import { writeTrimap } from '../trimap/trimap.js';
import { closeAll, type Closer } from '../core/closers.js';
import { openFfmpeg } from './open-ffmpeg.js';
import type { MatteVideoOptions, RunOptions } from './options.js';
import { StageClock } from './stage-clock.js';
import { openTrimaps } from './trimaps.js';

export type PropagateOptions = RunOptions &
  Pick<MatteVideoOptions, 'input' | 'trimaps' | 'output' | 'range' | 'deinterlace' | 'overwrite'>;

export interface PropagateResult {
  /** The folder: PNGs named by frame number, the painted ones among them. */
  readonly output: string;
  readonly frames: number;
}

/**
 * Writes the trimap of every frame, propagated from the painted ones: a sequence a person can correct and pass back as
 * `trimaps`. The folder appears complete or not at all.
 *
 * @throws MatteflowError as `matteVideo` does
 */
export async function propagateClip(options: PropagateOptions): Promise<PropagateResult> {
  const { output, overwrite = false, signal = new AbortController().signal } = options;
  const closers: Closer[] = [];
  try {
    const ffmpeg = await openFfmpeg(options, signal);
    const clip = await openClip(ffmpeg, options.input, { ...options, signal });
    clip.notices.forEach((notice) => options.onNotice?.(notice));
    const staged = await stageOutput(output, { kind: 'folder', overwrite });
    closers.push(staged.discard);
    const trimaps = await openTrimaps(ffmpeg, clip, options.trimaps, options, new StageClock(), signal);
    closers.push(() => trimaps.close());

    const memory = allocateFrame(clip.format, 0);
    const { trimap } = viewPlanes(memory);
    for (let index = 0; index < clip.frameCount; index++) {
      throwIfAborted(signal);
      await trimaps.fill({ shows: index, memory });
      await writeTrimap(join(staged.temporary, frameName(clip.firstNumber + index)), trimap, clip.format);
    }
    await staged.publish();
    return { output, frames: clip.frameCount };
  } finally {
    await closeAll(closers);
  }
}

/** The name `findKeyframes` reads the number from. */
function frameName(number: number): string {
  return `${String(number).padStart(4, '0')}.png`;
}
