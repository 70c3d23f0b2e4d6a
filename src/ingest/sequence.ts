import { basename, dirname, join, resolve } from 'node:path';
import sharp from 'sharp';
import { MatteflowError, throwIfAborted } from '../core/errors.js';
import { rational } from '../core/rational.js';
import { sequenceOptions } from '../ffmpeg/input-options.js';
import { decodedFormat } from '../ffmpeg/pixel-formats.js';
import { probeHeader } from '../ffmpeg/probe.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip, OpenClipOptions } from './clip-model.js';
import { escapePercent, listPictures, printfPattern, type NumberedPicture } from './numbered.js';
import { selectRange } from './range.js';

/** Frames a second of pictures, which do not say. */
const FRAME_RATE = rational(24);

/** Headers that are read at a time. */
const AT_ONCE = 8;

/** Opens a folder of numbered pictures, or those of it that fit a printf pattern. @throws as `openClip` */
export async function openSequence(
  ffmpeg: Ffmpeg,
  path: string,
  { range, signal }: OpenClipOptions,
): Promise<Clip> {
  const pattern = /%\d*d/.test(basename(path)) ? basename(path) : undefined;
  const folder = pattern === undefined ? path : dirname(path);
  const pictures = await listPictures(folder, pattern, path);
  const first = pictures[0]!.number;
  const whole = { firstNumber: first, frameCount: pictures.at(-1)!.number - first + 1 };
  const { skip, count } = selectRange(range, { path, ...whole });
  const run = pictures.filter(({ number }) => number >= first + skip && number < first + skip + count);
  checkComplete(run, { from: first + skip, count, path });
  await checkAlike(run, folder, signal);

  const source = join(escapePercent(resolve(folder)), printfPattern(pictures));
  const options = sequenceOptions(first + skip, FRAME_RATE);
  const header = await probeHeader(ffmpeg, source, options, signal);
  const stored = decodedFormat(header.pixelFormat, header.tags.range);
  if (!stored) {
    throw new MatteflowError('INPUT_UNSUPPORTED', {
      what: 'the pictures are of a kind that is not read',
      seen: `${header.codec} ${header.pixelFormat}`.trim(),
      expected: 'colour or grey, of 8 or 16 bits',
      subject: path,
    });
  }
  const { decoded, alpha } = stored;
  return {
    path,
    kind: 'sequence',
    format: {
      width: header.width,
      height: header.height,
      model: decoded.model,
      depth: decoded.depth,
      tags: header.tags,
      sampleAspect: header.sampleAspect,
    },
    frameRate: FRAME_RATE,
    constantRate: true,
    timeBase: rational(FRAME_RATE.den, FRAME_RATE.num),
    frameCount: count,
    firstNumber: first + skip,
    whole,
    startSeconds: 0,
    audioCodecs: [],
    notices: alpha ? ['The pictures have an alpha channel, which is not used.'] : [],
    input: {
      source,
      options,
      stream: 0,
      skip: 0,
      // ffmpeg's TIFF decoder calls every tag that it does not know an error.
      strict: header.codec !== 'tiff',
      tickOffset: skip,
      pixelFormat: decoded.pixelFormat,
      planeOrder: decoded.planeOrder,
    },
  };
}

/** @throws MatteflowError `INPUT_DAMAGED` naming the first picture that is missing */
function checkComplete(
  run: readonly NumberedPicture[],
  { from, count, path }: { from: number; count: number; path: string },
): void {
  if (run.length === count) return;
  const present = new Set(run.map(({ number }) => number));
  const missing = Array.from({ length: count }, (_, i) => from + i).find((number) => !present.has(number));
  const others = count - run.length - 1;
  throw new MatteflowError('INPUT_DAMAGED', {
    what: 'pictures are missing from the sequence',
    seen: `no number ${missing ?? from}${others > 0 ? `, and ${others} more missing` : ''}`,
    expected: `every number from ${from} to ${from + count - 1}`,
    remedy: 'Supply them, or choose a range without the gap',
    subject: path,
  });
}

/**
 * Reads every picture's header: ffmpeg would bring all to the size of the first without a word.
 *
 * @throws MatteflowError `INPUT_DAMAGED` for what is no picture, `INPUT_UNSUPPORTED` for sizes or depths that differ
 */
async function checkAlike(
  run: readonly NumberedPicture[],
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  let expected: string | undefined;
  for (let start = 0; start < run.length; start += AT_ONCE) {
    throwIfAborted(signal);
    const some = run.slice(start, start + AT_ONCE);
    const kinds = await Promise.all(some.map(({ name }) => kindOf(join(folder, name))));
    expected ??= kinds[0]!;
    const odd = kinds.findIndex((kind) => kind !== expected);
    if (odd < 0) continue;
    throw new MatteflowError('INPUT_UNSUPPORTED', {
      what: 'the pictures of a sequence have to be alike',
      seen: kinds[odd],
      expected: `${expected}, as ${run[0]!.name} is`,
      subject: join(folder, some[odd]!.name),
    });
  }
}

async function kindOf(path: string): Promise<string> {
  try {
    const { width, height, depth } = await sharp(path).metadata();
    return `${width}×${height}, ${depth === 'uchar' ? '8' : '16'} bits`;
  } catch (cause) {
    throw new MatteflowError('INPUT_DAMAGED', { what: 'the file is no picture', subject: path, cause });
  }
}
