import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asError, MatteflowError, throwIfAborted } from '../core/errors.js';
import { stageOutput } from '../output/publish.js';
import { readMask } from '../trimap/mask.js';
import { trimapFromMask } from '../trimap/morphology.js';
import { writeTrimap } from '../trimap/trimap.js';
import { closeAll } from '../core/closers.js';

export interface FromMasksOptions {
  /** A folder of masks: white subject, black background. */
  readonly masks: string;
  readonly output: string;
  /** How far the unknown band reaches into the subject and into the background, pixels. */
  readonly erode: number;
  readonly dilate: number;
  readonly overwrite?: boolean;
  readonly signal?: AbortSignal;
}

export interface FromMasksResult {
  readonly output: string;
  readonly frames: number;
}

/**
 * Turns masks into trimaps of the same names, with an unknown band along their edge.
 *
 * @throws `TRIMAP_MISSING` for a folder without pictures, `TRIMAP_INVALID` for a file that is none,
 *   `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE`, `ABORTED`
 */
export async function trimapsFromMasks(options: FromMasksOptions): Promise<FromMasksResult> {
  const { masks, output, erode, dilate, overwrite = false, signal = new AbortController().signal } = options;
  const names = await pictureNames(masks);
  const staged = await stageOutput(output, { kind: 'folder', overwrite });
  try {
    for (const name of names) {
      throwIfAborted(signal);
      const { mask, size } = await readMask(join(masks, name));
      const trimap = new Uint8Array(mask.length);
      trimapFromMask(trimap, mask, size, { erode, dilate });
      await writeTrimap(join(staged.temporary, name), trimap, size);
    }
    await staged.publish();
    return { output, frames: names.length };
  } finally {
    await closeAll([staged.discard]);
  }
}

async function pictureNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new MatteflowError('TRIMAP_MISSING', {
      what: 'the folder of masks cannot be read',
      seen: asError(cause).message,
      subject: folder,
      cause,
    });
  });
  const pictures = names.filter((name) => /^[^.].*\.png$/i.test(name)).sort();
  if (pictures.length > 0) return pictures;
  throw new MatteflowError('TRIMAP_MISSING', {
    what: 'the folder holds no mask',
    seen: `${names.length} files, none a PNG`,
    expected: 'PNG files named by frame number, such as 0024.png',
    subject: folder,
  });
}
