import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { writeClip } from '../fixtures/write-clip.js';
import { startFfmpeg } from '../src/ffmpeg/process.js';
import type { Ffmpeg } from '../src/ffmpeg/tools.js';
import { propagateClip } from '../src/index.js';
import { coreSeconds } from './core-seconds.js';
import { spreadText } from './figures.js';
import { interleave, ratio, spread } from './interleave.js';
import { repeatClip, type KeyedClip } from './repeat-clip.js';
import type { BenchResult, Table } from './result.js';

/** Footage that may lie beside the project, with keyframes; without it a clip is made. Both have 60 frames of 640×360. */
const FOOTAGE = resolve('../shared/fixtures/dancer_comp');
const MADE = { width: 640, height: 360, frames: 60, seed: 7 } as const;
const { width: WIDTH, height: HEIGHT, frames: FRAMES } = MADE;
const KEYFRAMES = [0, 30, 59];
const PAINTED = { keyframes: KEYFRAMES, frames: FRAMES } as const;
const LARGE = [1920, 1080] as const;
/** How often the clip is played for one in which starting up counts less. */
const TIMES = 4;

/**
 * `trimap propagate` of a clip with three keyframes, start-up, decoding and writing included, against ffmpeg decoding the
 * clip alone, by turns. The clip, the same over and over, and enlarged to 1080p.
 */
export async function benchPropagation(folder: string, ffmpeg: Ffmpeg, full: boolean): Promise<BenchResult> {
  const signal = new AbortController().signal;
  const small: KeyedClip = existsSync(FOOTAGE)
    ? { input: join(FOOTAGE, 'clip.mp4'), trimaps: join(FOOTAGE, 'trimap'), ...PAINTED }
    : await madeClip(folder, ffmpeg, signal);
  const long = join(folder, 'long');
  await mkdir(long);
  const clips: readonly (readonly [string, KeyedClip])[] = [
    [`${WIDTH}×${HEIGHT}`, small],
    [`${WIDTH}×${HEIGHT}`, await repeatClip(long, small, TIMES, ffmpeg)],
    [LARGE.join('×'), await enlarged(small, folder, LARGE, ffmpeg, signal)],
  ];
  const tables: Table[] = [];
  for (const [name, clip] of clips) {
    const output = join(folder, `out-${tables.length}`);
    tables.push(await measure(clip, name, output, ffmpeg, full ? 5 : 3));
  }
  return {
    tables,
    notes: [
      'Core-milliseconds are the processor time of all threads and of ffmpeg, over the frames of the clip; frames a ' +
        'second include starting the threads and compiling their code, about a second of each.',
    ],
  };
}

async function measure(
  { input, trimaps, keyframes, frames }: KeyedClip,
  name: string,
  output: string,
  ffmpeg: Ffmpeg,
  rounds: number,
): Promise<Table> {
  const decode = {
    inputs: [{ source: input, options: [] }],
    outputs: [{ target: '-', options: ['-map', '0:v', '-f', 'null'] }],
  };
  let run = 0;
  const runs = await interleave(
    {
      decoded: () => timed(() => startFfmpeg(ffmpeg, decode, new AbortController().signal).done),
      // A folder of its own each time: one that is there would be found up to date.
      propagated: () => timed(() => propagateClip({ input, trimaps, output: `${output}-${run++}` })),
    },
    { rounds },
  );
  const workOf = (timings: readonly Timing[]): number[] =>
    timings.map(({ cores }) => (1000 * cores) / frames);
  const alone = workOf(runs.decoded);
  const row = (what: string, timings: readonly Timing[]): string[] => [
    what,
    spreadText(spread(timings.map(({ wall }) => frames / wall))),
    spreadText(spread(workOf(timings))),
    spreadText(ratio(workOf(timings), alone)),
  ];
  return {
    title: `${name}, ${frames} frames, ${keyframes.length} of them painted, ${rounds} rounds`,
    columns: ['run', 'fps', 'core-ms a frame', 'of decoding'],
    rows: [row('ffmpeg, decoding', runs.decoded), row('trimap propagate', runs.propagated)],
  };
}

/** Seconds of a clock on the wall, and of processor time. */
interface Timing {
  readonly wall: number;
  readonly cores: number;
}

async function timed(run: () => Promise<unknown>): Promise<Timing> {
  const [start, before] = [performance.now(), coreSeconds()];
  await run();
  return { wall: (performance.now() - start) / 1000, cores: coreSeconds() - before };
}

async function madeClip(folder: string, ffmpeg: Ffmpeg, signal: AbortSignal): Promise<KeyedClip> {
  const { input, trimapFolder } = await writeClip(folder, 'hair', {
    ...MADE,
    keyframes: KEYFRAMES,
    encode: { as: 'h264', ffmpeg },
    signal,
  });
  return { input, trimaps: trimapFolder, ...PAINTED };
}

async function enlarged(
  { input, trimaps }: KeyedClip,
  folder: string,
  [width, height]: readonly [number, number],
  ffmpeg: Ffmpeg,
  signal: AbortSignal,
): Promise<KeyedClip> {
  const large = {
    input: join(folder, `${height}.mp4`),
    trimaps: join(folder, `trimap-${height}`),
    ...PAINTED,
  };
  const options = ['-vf', `scale=${width}:${height}`, '-c:v', 'libx264', '-crf', '16', '-preset', 'veryfast'];
  await startFfmpeg(
    ffmpeg,
    { inputs: [{ source: input, options: [] }], outputs: [{ target: large.input, options }] },
    signal,
  ).done;
  await mkdir(large.trimaps);
  for (const number of KEYFRAMES) {
    const name = `${String(number).padStart(4, '0')}.png`;
    await sharp(join(trimaps, name))
      .resize(width, height, { kernel: 'nearest', fit: 'fill' })
      .toColourspace('b-w')
      .png()
      .toFile(join(large.trimaps, name));
  }
  return large;
}
