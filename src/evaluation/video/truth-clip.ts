import { join } from 'node:path';
import sharp from 'sharp';
import { MatteflowError, throwIfAborted } from '../../core/errors.js';
import type { Ffmpeg } from '../../ffmpeg/tools.js';
import { openClip, type Clip } from '../../ingest/clip.js';
import { listPictures } from '../../ingest/numbered.js';
import { findKeyframes, type Keyframe } from '../../trimap/keyframes.js';
import type { ClipFolder } from './clip-folder.js';
import { countedList } from './counted-list.js';

/** A clip with exact mattes, checked; pixels unread. */
export interface TruthClip {
  readonly name: string;
  readonly clip: Clip;
  /** The exact matte's file by the frame's position in the clip, from 0; at least one. */
  readonly truths: ReadonlyMap<number, string>;
  /** By position. */
  readonly painted: readonly Keyframe[];
  /** Their folder. */
  readonly trimapFolder: string;
}

/** Headers that are read at a time. */
const AT_ONCE = 8;

/**
 * Opens a clip with its truth. Not every frame needs one, but what is there must belong to the clip.
 *
 * @throws MatteflowError as `openClip` and `findKeyframes` do; `INPUT_EMPTY` for no truth at all; `INPUT_UNSUPPORTED`
 *   naming and counting mattes of frames the clip does not have, or of another size; `INPUT_DAMAGED` for those that are no
 *   pictures
 */
export async function openTruthClip(
  ffmpeg: Ffmpeg,
  { name, input, alphaFolder, trimapFolder }: ClipFolder,
  signal: AbortSignal,
): Promise<TruthClip> {
  const clip = await openClip(ffmpeg, input, { signal });
  const pictures = await listPictures(alphaFolder, undefined, alphaFolder);
  const outside = pictures.filter(
    ({ number }) => number < clip.firstNumber || number >= clip.firstNumber + clip.frameCount,
  );
  if (outside.length > 0) {
    throw new MatteflowError('INPUT_UNSUPPORTED', {
      what: 'there are mattes for frames the clip does not have',
      seen: countedList(outside.map((picture) => picture.name)),
      expected: `numbers from ${clip.firstNumber} to ${clip.firstNumber + clip.frameCount - 1}`,
      subject: alphaFolder,
    });
  }
  const truths = new Map(
    pictures.map((picture) => [picture.number - clip.firstNumber, join(alphaFolder, picture.name)]),
  );
  await checkSizes([...truths.values()], clip, signal);
  const painted = await findKeyframes(trimapFolder, { ...clip.format, ...clip.whole });
  return { name, clip, truths, painted, trimapFolder };
}

async function checkSizes(paths: readonly string[], { format }: Clip, signal: AbortSignal): Promise<void> {
  const expected = `${format.width} × ${format.height}`;
  const odd: { path: string; size: string }[] = [];
  for (let start = 0; start < paths.length; start += AT_ONCE) {
    throwIfAborted(signal);
    const sizes = await Promise.all(
      paths.slice(start, start + AT_ONCE).map(async (path) => ({ path, size: await sizeOf(path) })),
    );
    odd.push(...sizes.filter(({ size }) => size !== expected));
  }
  if (odd.length === 0) return;
  throw new MatteflowError('INPUT_UNSUPPORTED', {
    what: 'exact mattes do not have the size of the clip',
    seen: `${countedList(odd.map(({ path }) => path))} of ${odd[0]!.size}`,
    expected,
  });
}

async function sizeOf(path: string): Promise<string> {
  try {
    const { width, height } = await sharp(path).metadata();
    return `${width} × ${height}`;
  } catch (cause) {
    throw new MatteflowError('INPUT_DAMAGED', { what: 'the file is no picture', subject: path, cause });
  }
}
