import { parseRational, type Rational } from '../core/rational.js';
import { AMONG_MESSAGES, followStderr } from '../ffmpeg/follow-stderr.js';
import type { FfmpegJob } from '../ffmpeg/process.js';
import { everyFrameOnce, type Ffmpeg } from '../ffmpeg/tools.js';
import { carefulInput } from './careful-input.js';
import type { Clip } from './clip-model.js';
import { rescale } from './rescale.js';

/** Decoders that patch a damaged picture and hand it on with nothing but a complaint. None keeps pictures back. */
const PATCHING: ReadonlySet<string> = new Set(['ffv1', 'prores']);

/** Whether a codec's damaged pictures have to be looked for by `patchedPictures`. */
export function patchesPictures(codec: string): boolean {
  return PATCHING.has(codec);
}

/**
 * Finds the pictures that a decoder patches, by decoding the clip once more: the decoder works on one picture at a time,
 * and a line for each that comes out is written among its complaints. What it complains of between two such lines is the
 * second one's, unless ffmpeg has given up a picture meanwhile, which it says after the decoder has.
 *
 * @returns their times, in ticks of the clip
 * @throws MatteflowError `ABORTED`
 */
export async function patchedPictures(
  ffmpeg: Ffmpeg,
  clip: Clip,
  signal: AbortSignal,
): Promise<ReadonlySet<number>> {
  const patched = new Set<number>();
  let timeBase: Rational | undefined;
  let complained = false;
  await followStderr(ffmpeg, listingJob(ffmpeg, clip), signal, (line) => {
    timeBase ??= parseRational(/^#tb 0: (\d+\/\d+)/.exec(line)?.[1] ?? '');
    const ticks = /^0, *-?\d+, *(-?\d+),/.exec(line)?.[1];
    if (ticks !== undefined && timeBase) {
      if (complained) patched.add(rescale(Number(ticks), timeBase, clip.timeBase) + clip.input.tickOffset);
      complained = false;
    } else if (!line.startsWith('#')) {
      // A decoder's messages carry its name and address.
      complained = /^\[\w+ @ \w+\]/.test(line);
    }
  });
  return patched;
}

/** A line for every picture: its times, and a sum over what is not the picture but ffmpeg's account of it. */
function listingJob(ffmpeg: Ffmpeg, clip: Clip): FfmpegJob {
  return {
    globalOptions: ['-copyts', '-max_error_rate', '1'],
    inputs: [carefulInput(clip)],
    outputs: [
      {
        target: AMONG_MESSAGES,
        options: [
          ...['-map', `0:${clip.input.stream}`, ...everyFrameOnce(ffmpeg), '-enc_time_base', '-1'],
          ...['-c:v', 'wrapped_avframe', '-flush_packets', '1', '-f', 'framecrc'],
        ],
      },
    ],
  };
}
