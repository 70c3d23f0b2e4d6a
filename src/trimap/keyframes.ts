import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MatteflowError } from '../core/errors.js';
import type { Size } from './picture.js';
import { checkTrimapSize } from './trimap.js';

/** A painted trimap and the frame it is for. */
export interface Keyframe {
  /** The frame's number as people know it. */
  readonly number: number;
  /** Position in the clip, from 0. */
  readonly index: number;
  readonly path: string;
}

/** The clip keyframes are for. */
export interface KeyframeClip extends Size {
  /** Number of the clip's first frame: 0 for video files, the first file's number for image sequences. */
  readonly firstNumber: number;
  readonly frameCount: number;
}

/**
 * The keyframes in a folder of PNGs, each named by its frame's number with any count of digits (the last
 * digits of the name count: `24.png`, `0024.png`, `shot2_trimap.0024.png`), or one PNG file, which is for the
 * clip's first frame. Reads their headers, not their pixels. Hidden files and files that are not PNGs are
 * passed over.
 *
 * @param check - refuses a file by its header
 * @returns sorted by number
 * @throws MatteflowError `TRIMAP_MISSING` (nothing there), `TRIMAP_INVALID` (a name without a number, two
 * files for one frame, not a picture), `TRIMAP_OUT_OF_RANGE`, `TRIMAP_SIZE`
 */
export async function findKeyframes(
  path: string,
  clip: KeyframeClip,
  check: (file: string, size: Size) => Promise<unknown> = checkTrimapSize,
): Promise<Keyframe[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new MatteflowError('TRIMAP_MISSING', {
      what: 'there is no such trimap file or folder',
      subject: path,
      cause,
    });
  });
  const keyframes = found.isDirectory() ? await listFolder(path) : [{ number: clip.firstNumber, path }];
  const placed = keyframes
    .map(({ number, path: file }) => ({ number, index: number - clip.firstNumber, path: file }))
    .sort((a, b) => a.number - b.number);
  placed.forEach((keyframe, n) => {
    checkRange(keyframe, clip);
    checkUnique(keyframe, placed[n - 1]);
  });
  for (const { path: file } of placed) await check(file, clip);
  return placed;
}

async function listFolder(folder: string): Promise<{ number: number; path: string }[]> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.'));
  const pictures = names.filter((name) => /\.png$/i.test(name));
  if (pictures.length === 0) {
    throw new MatteflowError('TRIMAP_MISSING', {
      what: 'the folder holds no trimap',
      seen: names.length === 0 ? 'nothing' : `${names.length} files, none a PNG`,
      expected: 'PNG files named by frame number, such as 0024.png',
      subject: folder,
    });
  }
  return pictures.map((name) => ({ number: numberIn(name, join(folder, name)), path: join(folder, name) }));
}

function numberIn(name: string, path: string): number {
  const digits = /(\d+)\D*$/.exec(name.replace(/\.png$/i, ''))?.[1];
  if (digits !== undefined) return Number(digits);
  throw new MatteflowError('TRIMAP_INVALID', {
    what: "the trimap's name has no frame number",
    expected: 'a name such as 0024.png',
    remedy: 'Rename it, or move it out of the folder',
    subject: path,
  });
}

function checkRange({ number, index, path }: Keyframe, { firstNumber, frameCount }: KeyframeClip): void {
  if (index >= 0 && index < frameCount) return;
  throw new MatteflowError('TRIMAP_OUT_OF_RANGE', {
    what: 'the trimap is for a frame the clip does not have',
    seen: `frame ${number}`,
    expected: `${firstNumber} to ${firstNumber + frameCount - 1}`,
    subject: path,
  });
}

function checkUnique({ number, path }: Keyframe, previous: Keyframe | undefined): void {
  if (previous?.number !== number) return;
  throw new MatteflowError('TRIMAP_INVALID', {
    what: `two trimaps are for frame ${number}`,
    seen: `${previous.path} and ${path}`,
    expected: 'one',
    remedy: 'Remove or renumber one of them',
  });
}
