import { basename, dirname, join, resolve } from 'node:path';
import { MatteflowError } from '../core/errors.js';
import { rational } from '../core/rational.js';
import { sequenceOptions } from '../ffmpeg/input-options.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip, OpenClipOptions } from './clip-model.js';
import { escapePercent, listPictures, printfPattern, type NumberedPicture } from './numbered.js';
import { clipOfPictures } from './picture-clip.js';
import { checkAlike } from './picture-kind.js';
import { selectRange } from './range.js';

/** Frames a second of pictures where nobody says. */
const FRAME_RATE = rational(24);

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

  const found = {
    ...{ path, whole, frameRate, deinterlace, notices: facts.notices },
    ...{ firstNumber: first + skip, frameCount: count },
    source: join(escapePercent(resolve(folder)), printfPattern(pictures)),
    options: sequenceOptions(first + skip, frameRate),
  };
  return clipOfPictures(ffmpeg, found, signal);
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
