import { basename, dirname, join, resolve } from 'node:path';
import { MatteflowError } from '../core/errors.js';
import { rational } from '../core/rational.js';
import { sequenceOptions } from '../ffmpeg/input-options.js';
import { decodedFormat } from '../ffmpeg/pixel-formats.js';
import { probeHeader } from '../ffmpeg/probe.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip, OpenClipOptions } from './clip-model.js';
import { DEINTERLACE } from './deinterlace.js';
import { escapePercent, listPictures, printfPattern, type NumberedPicture } from './numbered.js';
import { checkAlike } from './picture-kind.js';
import { selectRange } from './range.js';

/** Frames a second of pictures where nobody says. */
const FRAME_RATE = rational(24);

/** Shows light as sRGB, with a decoder's option of EXR. */
const AS_SRGB: readonly string[] = ['-apply_trc', 'iec61966_2_1'];

/** Opens a folder of numbered pictures, or those of it that fit a printf pattern. @throws as `openClip` */
export async function openSequence(
  ffmpeg: Ffmpeg,
  path: string,
  { range, frameRate: asked, deinterlace = false, signal }: OpenClipOptions,
): Promise<Clip> {
  const pattern = /%\d*d/.test(basename(path)) ? basename(path) : undefined;
  const folder = pattern === undefined ? path : dirname(path);
  const pictures = await listPictures(folder, pattern, path);
  const first = pictures[0]!.number;
  const whole = { firstNumber: first, frameCount: pictures.at(-1)!.number - first + 1 };
  const { skip, count } = selectRange(range, { path, ...whole });
  const run = pictures.filter(({ number }) => number >= first + skip && number < first + skip + count);
  checkComplete(run, { from: first + skip, count, path });
  const facts = await checkAlike(run, folder, signal);
  const frameRate = asked ?? facts.frameRate ?? FRAME_RATE;

  const source = join(escapePercent(resolve(folder)), printfPattern(pictures));
  const options = sequenceOptions(first + skip, frameRate);
  const header = await probeHeader(ffmpeg, source, options, signal);
  const stored = decodedFormat(header.pixelFormat, header.tags.range);
  if (!stored) {
    throw new MatteflowError('INPUT_UNSUPPORTED', {
      what: 'the pictures are of a kind that is not read',
      seen: `${header.codec} ${header.pixelFormat}`.trim(),
      expected: 'colour or grey, of 8 or 16 bits, or colour in float',
      subject: path,
    });
  }
  const { decoded, alpha } = stored;
  const light = decoded.depth === 'float';
  return {
    path,
    kind: 'sequence',
    format: {
      width: header.width,
      height: header.height,
      model: decoded.model,
      depth: decoded.depth,
      tags: light ? { ...header.tags, transfer: 'linear', range: 'pc' } : header.tags,
      sampleAspect: header.sampleAspect,
    },
    frameRate,
    constantRate: true,
    timeBase: rational(frameRate.den, frameRate.num),
    frameCount: count,
    firstNumber: first + skip,
    whole,
    startSeconds: 0,
    audioCodecs: [],
    reading: { frameRate, deinterlace },
    notices: [...facts.notices, ...(alpha ? ['The pictures have an alpha channel, which is not used.'] : [])],
    input: {
      source,
      options,
      pictureOptions: light ? AS_SRGB : [],
      stream: 0,
      filters: deinterlace ? DEINTERLACE : [],
      siting: '',
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
