import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { asError, MatteflowError } from '../core/errors.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import { openClip, type Clip } from '../ingest/clip.js';
import { readPictures } from '../ingest/read-pictures.js';
import { findKeyframes } from '../trimap/keyframes.js';
import { checkMaskShape, readMask, requireRange, type Mask } from '../trimap/mask.js';
import { greyOf, openAlike, trackKind } from './grey-track.js';

/** Masks that were found, not yet read. */
export interface FoundMasks {
  readonly count: number;
  /** Reads one after another; `name` is the file name of the trimap it becomes. */
  readonly read: () => AsyncIterable<Mask & { readonly name: string }>;
}

/**
 * Finds masks: a folder of PNGs, one picture, or a video.
 *
 * @param clip - the clip they are for: they are named by its numbers and brought to its size. Without one, files keep
 *   their names and size, and a video's frames are numbered from 0
 * @throws `TRIMAP_MISSING`, `TRIMAP_INVALID`, `TRIMAP_SIZE`, `TRIMAP_OUT_OF_RANGE`, and what opening a clip throws
 */
export async function findMasks(
  path: string,
  openFfmpeg: () => Promise<Ffmpeg>,
  signal: AbortSignal,
  clip?: Clip,
): Promise<FoundMasks> {
  const kind = await trackKind(path);
  if (kind === 'video') return videoMasks(await openFfmpeg(), path, signal, clip);
  if (clip) {
    const found = await findKeyframes(path, { ...clip.format, ...clip.whole }, checkMaskShape);
    return files(
      found.map(({ number, path: file }) => ({ name: frameName(number), file })),
      clip,
    );
  }
  if (kind === 'still') return files([{ name: `${basename(path).replace(/\.\w+$/, '')}.png`, file: path }]);
  return files((await pictureNames(path)).map((name) => ({ name, file: join(path, name) })));
}

function files(found: readonly { readonly name: string; readonly file: string }[], clip?: Clip): FoundMasks {
  return {
    count: found.length,
    async *read() {
      for (const { name, file } of found) yield { name, ...(await readMask(file, clip?.format)) };
    },
  };
}

async function videoMasks(
  ffmpeg: Ffmpeg,
  path: string,
  signal: AbortSignal,
  clip: Clip | undefined,
): Promise<FoundMasks> {
  const video = clip ? await openAlike(ffmpeg, path, clip, signal) : await openClip(ffmpeg, path, { signal });
  const size = clip?.format ?? video.format;
  const first = clip?.whole.firstNumber ?? video.firstNumber;
  return {
    count: video.frameCount,
    async *read() {
      for await (const { index, rgb } of readPictures(ffmpeg, video, size, signal)) {
        const mask = greyOf(rgb);
        requireRange(mask, path);
        yield { name: frameName(first + index), mask, size };
      }
    },
  };
}

/** The name `findKeyframes` reads the number from. */
export function frameName(number: number): string {
  return `${String(number).padStart(4, '0')}.png`;
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
