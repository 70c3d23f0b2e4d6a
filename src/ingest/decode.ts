import { aborted, MatteflowError } from '../core/errors.js';
import type { ByteFlow } from '../ffmpeg/byte-flow.js';
import { UnexpectedEnd } from '../ffmpeg/byte-reader.js';
import { openPipe } from '../ffmpeg/pipe.js';
import { startFfmpeg, type FfmpegJob } from '../ffmpeg/process.js';
import { everyFrameOnce, type Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip } from './clip-model.js';
import { seekOf, type Seek } from './seek.js';

/** What is to come out of the decoder's pipe: filters applied to the frames of the run, and the layout. */
export interface Delivery {
  readonly filters: readonly string[];
  readonly options: readonly string[];
  /** Of the input, for its decoder. */
  readonly decoderOptions?: readonly string[];
}

/**
 * Decodes a run and hands its frames on one by one. ffmpeg is told to stop at the first damage, but its exit code
 * proves little, so its complaints count as damage too, and so does any other number of frames than `clip.frameCount`.
 * However it ends, ffmpeg has ended before it does.
 *
 * @param open - makes a reader of the pipe; undefined when the pipe is empty
 * @param next - reads the next frame; undefined at the end
 * @throws MatteflowError `INPUT_DAMAGED`, `ABORTED`
 */
export async function* decodeRun<Reader, Item>(
  ffmpeg: Ffmpeg,
  clip: Clip,
  delivery: Delivery,
  signal: AbortSignal,
  reading: Reading<Reader, Item>,
): AsyncGenerator<Item> {
  const seek = seekOf(clip);
  if (seek) {
    let handedOn = false;
    try {
      for await (const item of decodeOnce(ffmpeg, clip, delivery, signal, reading, seek)) {
        handedOn = true;
        yield item;
      }
      return;
    } catch (error) {
      if (handedOn || !isDamage(error)) throw error;
      // A key frame may lean on what lies before it (an open group of pictures): from the start, then.
    }
  }
  yield* decodeOnce(ffmpeg, clip, delivery, signal, reading);
}

/** What is made of the decoder's pipe. */
interface Reading<Reader, Item> {
  readonly open: (pipe: ByteFlow) => Promise<Reader | undefined>;
  readonly next: (reader: Reader, index: number) => Promise<Item | undefined>;
}

async function* decodeOnce<Reader, Item>(
  ffmpeg: Ffmpeg,
  clip: Clip,
  delivery: Delivery,
  signal: AbortSignal,
  reading: Reading<Reader, Item>,
  seek?: Seek,
): AsyncGenerator<Item> {
  const leaving = new AbortController();
  const decoder = startFfmpeg(
    ffmpeg,
    decodeJob(ffmpeg, clip, delivery, seek),
    AbortSignal.any([signal, leaving.signal]),
    await openPipe(),
  );
  let frames = 0;
  try {
    const reader = await reading.open(decoder.stdout!);
    while (reader) {
      const item = await reading.next(reader, frames);
      if (item === undefined) break;
      frames += 1;
      yield item;
    }
    const complaint = clip.input.strict ? await decoder.done : await decoder.done.then(() => '');
    if (complaint || frames !== clip.frameCount) throw damaged(clip, frames, complaint);
  } catch (error) {
    if (signal.aborted) throw aborted(signal.reason);
    throw await reasonOf(error, decoder.done, clip, frames);
  } finally {
    leaving.abort();
    decoder.stdout?.destroy();
    await decoder.done.catch(() => undefined);
  }
}

/** Bytes that ffmpeg writes at once: with its usual 32 KB both sides would wake up for each of a frame's hundred pieces. */
const PIPE_BLOCK = String(2 ** 20);

function decodeJob(
  ffmpeg: Ffmpeg,
  { input, frameCount }: Clip,
  { filters, options, decoderOptions = [] }: Delivery,
  seek: Seek | undefined,
): FfmpegJob {
  const counted = input.skip > 0 ? [`trim=start_frame=${input.skip}`] : [];
  // What looks at neighbours is to see those that are passed over as well.
  const first = [...input.filters, ...(seek ? [seek.filter] : counted)];
  return {
    // The source's own times, not shifted to start at zero.
    globalOptions: ['-xerror', '-copyts'],
    inputs: [
      {
        source: input.source,
        options: [
          ...input.options,
          ...decoderOptions,
          ...(seek?.options ?? []),
          '-err_detect',
          input.strict ? 'crccheck+explode' : 'crccheck',
        ],
      },
    ],
    outputs: [
      {
        target: 'pipe',
        options: [
          ...['-blocksize', PIPE_BLOCK],
          ...['-map', `0:${input.stream}`, '-frames:v', String(frameCount)],
          ...['-vf', [...first, ...filters].join(',')],
          ...everyFrameOnce(ffmpeg),
          ...options,
        ],
      },
    ],
  };
}

/** A pipe that breaks off is only the symptom: what ffmpeg says about it is the reason. */
async function reasonOf(error: unknown, done: Promise<string>, clip: Clip, frames: number): Promise<unknown> {
  const failure = error instanceof UnexpectedEnd ? await done.then(() => error, asIs) : error;
  if (failure instanceof UnexpectedEnd) return damaged(clip, frames, '', failure);
  if (failure instanceof MatteflowError && failure.code === 'TOOL_FAILED') {
    return damaged(clip, frames, failure.parts.seen ?? '', failure);
  }
  return failure;
}

function isDamage(error: unknown): boolean {
  return error instanceof MatteflowError && error.code === 'INPUT_DAMAGED';
}

function asIs(error: unknown): unknown {
  return error;
}

function damaged(clip: Clip, frames: number, complaint: string, cause?: unknown): MatteflowError {
  return new MatteflowError('INPUT_DAMAGED', {
    what: 'the clip cannot be decoded without errors',
    seen: complaint ? `after ${frames} frames: ${complaint}` : `${frames} frames`,
    expected: `${clip.frameCount} frames`,
    remedy:
      'Copy it again from where it came from, choose a range before the damage, or go on past it with --salvage',
    subject: clip.path,
    cause,
  });
}
