import { join } from 'node:path';
import { closeAll, type Closer } from '../core/closers.js';
import { throwIfAborted } from '../core/errors.js';
import { stageOutput } from '../output/publish.js';
import { maskTrimap, type BandReach } from '../trimap/mask.js';
import { writeTrimap } from '../trimap/trimap.js';
import { findMasks, type FoundMasks } from './found-masks.js';
import { openFfmpeg } from './open-ffmpeg.js';
import type { RunOptions } from './options.js';
import { progressMeter } from './progress.js';
import { reachOf } from './trimap-options.js';

export interface FromMasksOptions extends RunOptions {
  /** A folder of PNGs named by frame number, one picture, or a video. White subject, black background. */
  readonly masks: string;
  readonly output: string;
  /** How far the unknown band reaches into the subject and into the background, pixels. Default 8. */
  readonly erode?: number;
  readonly dilate?: number;
  readonly overwrite?: boolean;
}

/** A folder of trimaps that was made. */
export interface TrimapFolderResult {
  readonly output: string;
  readonly frames: number;
}

/**
 * Turns masks into trimaps, with an unknown band along their edge: of files under the same names, of a video by frame
 * number.
 *
 * @throws `TRIMAP_MISSING` where nothing is there, `TRIMAP_INVALID` for what is no mask, `USAGE`, `OUTPUT_EXISTS`,
 *   `OUTPUT_UNWRITABLE`, `ABORTED`; of a video what opening and decoding a clip throws
 */
export async function trimapsFromMasks(options: FromMasksOptions): Promise<TrimapFolderResult> {
  const { masks, output, overwrite = false, signal = new AbortController().signal } = options;
  const reach = reachOf(options, 'masks');
  const closers: Closer[] = [];
  try {
    const found = await findMasks(masks, () => openFfmpeg(options, signal), signal);
    const staged = await stageOutput(output, { kind: 'folder', overwrite });
    closers.push(staged.discard);
    await writeMaskTrimaps(staged.temporary, found, reach, options, signal);
    await staged.publish();
    return { output, frames: found.count };
  } finally {
    await closeAll(closers);
  }
}

/** Writes the trimap of every mask into a folder, under its name. */
export async function writeMaskTrimaps(
  folder: string,
  masks: FoundMasks,
  reach: BandReach,
  { onProgress }: Pick<RunOptions, 'onProgress'>,
  signal: AbortSignal,
): Promise<void> {
  const progress = progressMeter('trimaps', onProgress);
  let done = 0;
  for await (const { name, mask, size } of masks.read()) {
    throwIfAborted(signal);
    const trimap = new Uint8Array(mask.length);
    maskTrimap(trimap, mask, size, reach);
    await writeTrimap(join(folder, name), trimap, size);
    progress(++done, masks.count);
  }
}
