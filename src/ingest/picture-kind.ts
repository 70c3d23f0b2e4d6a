import { extname, join } from 'node:path';
import sharp from 'sharp';
import { MatteflowError, throwIfAborted } from '../core/errors.js';
import type { Rational } from '../core/rational.js';
import { readDpxHeader } from './dpx-header.js';
import { readExrHeader, type ExrHeader } from './exr-header.js';
import type { NumberedPicture } from './numbered.js';

/** Headers that are read at a time. */
const AT_ONCE = 8;

/** What the pictures of a run say of themselves beyond what ffprobe reads. */
export interface PictureFacts {
  /** Frames a second, where they say. */
  readonly frameRate?: Rational;
  /** What a person should know: one sentence each. */
  readonly notices: readonly string[];
}

/** One picture's header, as far as all have to be alike, in words. */
interface PictureKind extends PictureFacts {
  readonly words: string;
}

/**
 * Reads every picture's header: ffmpeg would bring all to the size of the first without a word.
 *
 * @returns what the first one says
 * @throws MatteflowError `INPUT_DAMAGED` for what is no picture, `INPUT_UNSUPPORTED` for sizes or depths that differ, or
 *   EXRs without R, G and B
 */
export async function checkAlike(
  run: readonly NumberedPicture[],
  folder: string,
  signal: AbortSignal,
): Promise<PictureFacts> {
  let expected: PictureKind | undefined;
  for (let start = 0; start < run.length; start += AT_ONCE) {
    throwIfAborted(signal);
    const some = run.slice(start, start + AT_ONCE);
    const kinds = await Promise.all(some.map(({ name }) => kindOf(join(folder, name))));
    const { words } = (expected ??= kinds[0]!);
    const odd = kinds.findIndex((kind) => kind.words !== words);
    if (odd < 0) continue;
    throw new MatteflowError('INPUT_UNSUPPORTED', {
      what: 'the pictures of a sequence have to be alike',
      seen: kinds[odd]!.words,
      expected: `${words}, as ${run[0]!.name} is`,
      subject: join(folder, some[odd]!.name),
    });
  }
  return expected ?? { notices: [] };
}

/** What one picture says of itself. @throws as `checkAlike` */
export async function pictureFacts(path: string): Promise<PictureFacts> {
  return kindOf(path);
}

async function kindOf(path: string): Promise<PictureKind> {
  const ending = extname(path).toLowerCase();
  if (ending === '.exr') return exrKind(path, await readExrHeader(path));
  if (ending === '.dpx') return { words: (await readDpxHeader(path)).words, notices: [] };
  try {
    const { width, height, depth } = await sharp(path).metadata();
    return { words: `${width}×${height}, ${depth === 'uchar' ? '8' : '16'} bits`, notices: [] };
  } catch (cause) {
    throw new MatteflowError('INPUT_DAMAGED', { what: 'the file is no picture', subject: path, cause });
  }
}

function exrKind(path: string, { channels, display, data, frameRate }: ExrHeader): PictureKind {
  const colour = channels.filter(({ name }) => ['R', 'G', 'B'].includes(name));
  const [first] = colour;
  const alike = colour.length === 3 && colour.every(({ type }) => type === first?.type);
  if (!alike || first?.type === 'uint') {
    throw new MatteflowError('INPUT_UNSUPPORTED', {
      what: 'the EXR has no colour that is read',
      seen: channels.map(({ name, type }) => `${name} (${type})`).join(', '),
      expected: 'the channels R, G and B, all half or all float',
      subject: path,
    });
  }
  const width = display.right - display.left + 1;
  const height = display.bottom - display.top + 1;
  const overscan =
    data.left < display.left ||
    data.top < display.top ||
    data.right > display.right ||
    data.bottom > display.bottom;
  return {
    words: `${width}×${height}, ${first?.type}`,
    ...(frameRate && { frameRate }),
    notices: overscan ? ['The EXRs hold pixels outside their display window, which are not used.'] : [],
  };
}
