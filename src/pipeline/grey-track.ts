import { stat } from 'node:fs/promises';
import { MatteflowError, throwIfAborted } from '../core/errors.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import { openClip, type Clip } from '../ingest/clip.js';
import { readPictures } from '../ingest/read-pictures.js';
import { findKeyframes } from '../trimap/keyframes.js';
import { checkMaskShape, readMask, requireShape } from '../trimap/mask.js';

/** Grey pictures that go with a clip's frames, at their size. */
export interface GreyTrack {
  /**
   * The picture for a frame of the run; undefined when there is none yet.
   *
   * @param index - position in the run, from 0, not before the last one asked for
   */
  at(index: number): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
}

/** What the file at a path is to a track. */
export type TrackKind = 'still' | 'folder' | 'video';

/** A picture file, a folder of numbered PNGs, or else a clip. */
export async function trackKind(path: string): Promise<TrackKind> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return 'folder';
  return found && /\.(png|jpe?g|tiff?|webp)$/i.test(path) ? 'still' : 'video';
}

/**
 * Opens pictures for a run's frames: a file is for all of them, one of a folder from its frame to the next one's, a
 * video's frame for the clip's of the same place.
 *
 * @throws `TRIMAP_MISSING`, `TRIMAP_INVALID`, `TRIMAP_SIZE`, `TRIMAP_OUT_OF_RANGE`, and what opening a clip throws
 */
export async function openTrack(
  ffmpeg: Ffmpeg,
  clip: Clip,
  path: string,
  signal: AbortSignal,
): Promise<GreyTrack> {
  const kind = await trackKind(path);
  if (kind === 'video') return videoTrack(ffmpeg, clip, path, signal);
  if (kind === 'folder') return folderTrack(clip, path);
  const { mask } = await readMask(path, clip.format);
  return { at: () => Promise.resolve(mask), close: () => Promise.resolve() };
}

async function folderTrack(clip: Clip, path: string): Promise<GreyTrack> {
  const pictures = await findKeyframes(path, { ...clip.format, ...clip.whole }, checkMaskShape);
  let held: { readonly path: string; readonly mask: Uint8Array } | undefined;
  return {
    at: async (index) => {
      const picture = pictures.findLast(({ number }) => number <= clip.firstNumber + index);
      if (!picture) return undefined;
      if (held?.path !== picture.path) {
        held = { path: picture.path, mask: (await readMask(picture.path, clip.format)).mask };
      }
      return held.mask;
    },
    close: () => Promise.resolve(),
  };
}

async function videoTrack(ffmpeg: Ffmpeg, clip: Clip, path: string, signal: AbortSignal): Promise<GreyTrack> {
  const leaving = new AbortController();
  const either = AbortSignal.any([signal, leaving.signal]);
  const whole = await openAlike(ffmpeg, path, clip, signal);
  const first = whole.firstNumber + clip.firstNumber - clip.whole.firstNumber;
  const run = await openClip(ffmpeg, path, { range: [first, first + clip.frameCount - 1], signal });
  const pictures = readPictures(ffmpeg, run, clip.format, either);
  let held: { readonly index: number; readonly mask: Uint8Array } | undefined;
  return {
    at: async (index) => {
      while (held === undefined || held.index < index) {
        throwIfAborted(signal);
        const next = await pictures.next();
        if (next.done) return undefined;
        held = { index: next.value.index, mask: greyOf(next.value.rgb) };
      }
      return held.mask;
    },
    close: async () => {
      leaving.abort();
      await pictures.return(undefined).catch(() => undefined);
    },
  };
}

/** One channel of a grey picture's three. */
export function greyOf(rgb: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3);
  for (let i = 0, at = 1; i < grey.length; i++, at += 3) grey[i] = rgb[at]!;
  return grey;
}

/**
 * Opens a clip of masks or mattes that goes with another, frame by frame.
 *
 * @throws `TRIMAP_INVALID` for another length, `TRIMAP_SIZE` for another shape, and what opening a clip throws
 */
export async function openAlike(
  ffmpeg: Ffmpeg,
  path: string,
  { whole, format }: Clip,
  signal: AbortSignal,
): Promise<Clip> {
  const opened = await openClip(ffmpeg, path, { signal });
  requireShape(opened.format, format, path);
  if (opened.frameCount === whole.frameCount) return opened;
  throw new MatteflowError('TRIMAP_INVALID', {
    what: 'it does not have the length of the clip it is for',
    seen: `${opened.frameCount} frames`,
    expected: `${whole.frameCount}`,
    remedy: 'Render it from the whole clip',
    subject: path,
  });
}
