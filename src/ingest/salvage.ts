import { MatteflowError, throwIfAborted } from '../core/errors.js';
import { toNumber, type Rational } from '../core/rational.js';
import { NutReader } from '../ffmpeg/nut-reader.js';
import { openPipe } from '../ffmpeg/pipe.js';
import { startFfmpeg, type FfmpegJob } from '../ffmpeg/process.js';
import { everyFrameOnce, type Ffmpeg } from '../ffmpeg/tools.js';
import { carefulInput } from './careful-input.js';
import type { Clip } from './clip-model.js';
import type { Delivery } from './decode.js';
import { patchedPictures } from './patched-pictures.js';
import { rescale } from './rescale.js';

/** One picture of a damaged clip. */
export interface SalvagedPicture {
  /** Position in the run, from 0. */
  readonly index: number;
  /** When it is shown, in ticks of the clip. */
  readonly ticks: number;
  /** Position of the frame whose picture this is: `index`, or the last good one's before it. */
  readonly shows: number;
  /** As delivered; overwritten once the next one is asked for. */
  readonly bytes: Uint8Array;
}

/**
 * Decodes a run that may be damaged. ffmpeg goes on after an error and leaves out the picture it was in; which one that
 * was is known by the times of those that come. It is given the picture before it, and in a clip whose pictures
 * build on each other so are those after it, up to the next that stands alone.
 *
 * Some decoders patch a damaged picture and hand it on. Those of ProRes and FFV1 are found beforehand (`patchedPictures`);
 * of others it cannot be told which one it was, so that the clip is refused in the end.
 *
 * @param delivery - its container is NUT, which keeps the times
 * @throws MatteflowError `INPUT_DAMAGED` when the run's first picture is damaged, when a damaged one cannot be told from
 *   the others, or when the file does not say when each is due; `ABORTED`
 */
export async function* salvageRun(
  ffmpeg: Ffmpeg,
  clip: Clip,
  delivery: Delivery,
  signal: AbortSignal,
): AsyncGenerator<SalvagedPicture> {
  const due = dueTimes(clip);
  const patched = clip.input.patches ? await patchedPictures(ffmpeg, clip, signal) : NONE;
  const leaving = new AbortController();
  const stop = AbortSignal.any([signal, leaving.signal]);
  const end = (due.at(-1)! - clip.input.tickOffset + 1) * toNumber(clip.timeBase);
  const decoder = startFfmpeg(ffmpeg, salvageJob(ffmpeg, clip, delivery, end), stop, await openPipe());
  let held: Held | undefined;
  let index = 0;
  let lost = 0;
  try {
    for await (const { ticks, bytes } of delivered(await NutReader.open(decoder.stdout!), clip)) {
      for (; index < due.length && due[index]! < ticks; index++, lost++) yield hold(clip, due, index, held);
      if (index === due.length || ticks < due[index]!) continue;
      if (patched.has(ticks) || !isSound(clip, due, ticks, index, held)) continue;
      held = { index, bytes: bytes.slice() };
      yield { index, ticks, shows: index, bytes };
      index += 1;
    }
    for (; index < due.length; index++, lost++) yield hold(clip, due, index, held);
    const complaint = await decoder.done;
    if (complaint && lost === 0) throw untold(clip, complaint);
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  } finally {
    leaving.abort();
    decoder.stdout?.destroy();
    await decoder.done.catch(() => undefined);
  }
}

const NONE: ReadonlySet<number> = new Set();

/** The last good picture. */
interface Held {
  readonly index: number;
  readonly bytes: Uint8Array;
}

/** Whether nothing that this picture builds on is missing. */
function isSound(
  { keyTicks }: Clip,
  due: readonly number[],
  ticks: number,
  index: number,
  held: Held | undefined,
): boolean {
  const unbroken = held ? held.index + 1 === index : index === 0;
  if (unbroken || !keyTicks) return true;
  const lost = due[held ? held.index + 1 : 0]!;
  return keyTicks.some((key) => key > lost && key <= ticks);
}

function hold(clip: Clip, due: readonly number[], index: number, held: Held | undefined): SalvagedPicture {
  if (!held) {
    throw new MatteflowError('INPUT_DAMAGED', {
      what: 'the first frame is damaged, so that there is none to hold in its place',
      remedy: 'Choose a range that begins after it',
      subject: clip.path,
    });
  }
  return { index, ticks: due[index]!, shows: held.index, bytes: held.bytes };
}

function untold({ path }: Clip, complaint: string): MatteflowError {
  return new MatteflowError('INPUT_DAMAGED', {
    what: 'frames of the clip are damaged, and its decoder does not say which',
    seen: complaint,
    remedy: 'Copy it again from where it came from, or choose a range without the damage',
    subject: path,
  });
}

function dueTimes({ kind, ticks, frameCount, input, path }: Clip): readonly number[] {
  if (kind === 'sequence') return Array.from({ length: frameCount }, (_, i) => input.tickOffset + i);
  if (ticks) return ticks;
  throw new MatteflowError('INPUT_DAMAGED', {
    what: 'the file does not say when each of its frames is due, so that lost ones cannot be told',
    remedy: 'Repair it first: ffmpeg -i INPUT -c:v ffv1 -c:a copy OUTPUT.mkv',
    subject: path,
  });
}

async function* delivered(
  reader: NutReader | undefined,
  { timeBase, input }: { timeBase: Rational; input: Clip['input'] },
): AsyncGenerator<{ ticks: number; bytes: Uint8Array }> {
  let bytes = new Uint8Array(0);
  while (reader) {
    const header = await reader.next();
    if (!header) return;
    if (bytes.length !== header.bytes) bytes = new Uint8Array(header.bytes);
    await reader.read(bytes);
    yield { ticks: rescale(header.ticks, reader.timeBase, timeBase) + input.tickOffset, bytes };
  }
}

/** Whatever comes before the run is decoded too: lost frames cannot be counted past. */
function salvageJob(
  ffmpeg: Ffmpeg,
  clip: Clip,
  { filters, options }: Delivery,
  endSeconds: number,
): FfmpegJob {
  return {
    globalOptions: ['-copyts', '-max_error_rate', '1'],
    inputs: [carefulInput(clip)],
    outputs: [
      {
        target: 'pipe',
        options: [
          ...['-map', `0:${clip.input.stream}`],
          ...['-vf', [`trim=end=${endSeconds}`, ...filters].join(',')],
          ...everyFrameOnce(ffmpeg),
          ...options,
        ],
      },
    ],
  };
}
