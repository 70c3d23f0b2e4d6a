import { existsSync } from 'node:fs';
import { link, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { writeClip } from '../fixtures/write-clip.js';
import { probeVideo } from '../src/ffmpeg/probe.js';
import { startFfmpeg } from '../src/ffmpeg/process.js';
import type { Ffmpeg } from '../src/ffmpeg/tools.js';
import { matteVideo } from '../src/index.js';
import { proresOptions } from '../src/output/prores.js';
import { coreSeconds } from './core-seconds.js';
import { spreadText } from './figures.js';
import { interleave, ratio, spread } from './interleave.js';
import type { BenchResult } from './result.js';

/** Footage that may lie beside the project; without it a clip is made. */
const FOOTAGE = resolve('../shared/fixtures/clips/05_default_juggle.mp4');
const MADE = { width: 1280, height: 720, frames: 96, seed: 7 } as const;
const ROUNDS = 5;

/**
 * What a matte costs beside its networks: ffmpeg that decodes a clip and encodes it as ProRes 4444 in one process,
 * against a run in which the trimap is the matte, by turns, with the same encoder options.
 */
export async function benchIo(folder: string, ffmpeg: Ffmpeg): Promise<BenchResult> {
  const signal = new AbortController().signal;
  const clip = existsSync(FOOTAGE)
    ? await withTrimaps(folder, ffmpeg, signal)
    : await made(folder, ffmpeg, signal);
  const runs = await interleave(
    {
      alone: () => counted(() => transcode(ffmpeg, clip.input, join(folder, 'alone.mov'), signal)),
      matted: () =>
        counted(() =>
          matteVideo({
            input: clip.input,
            trimaps: clip.trimaps,
            output: join(folder, 'matted.mov'),
            model: 'trimap',
            overwrite: true,
          }),
        ),
    },
    { rounds: ROUNDS },
  );
  const alone = runs.alone.map(({ result }) => clip.frames / result);
  const matted = runs.matted.map(({ result }) => result.fps);
  const whole = runs.matted.map(({ result }) => result.frames / result.seconds);
  const work = (run: readonly Counted<unknown>[]): string =>
    spreadText(spread(run.map(({ cores }) => (1000 * cores) / clip.frames)));
  const row = (name: string, fps: readonly number[], cores: string): string[] => [
    name,
    spreadText(spread(fps)),
    spreadText(ratio(fps, alone)),
    cores,
  ];
  return {
    tables: [
      {
        title: `${clip.name}, ${clip.frames} frames, ${ROUNDS} rounds`,
        columns: ['run', 'fps', 'of ffmpeg alone', 'core-ms a frame'],
        rows: [
          row('ffmpeg alone, decode and encode', alone, work(runs.alone)),
          row('the trimap for a model', matted, ''),
          row('the same with start-up', whole, work(runs.matted)),
        ],
      },
    ],
  };
}

/** What a run returned, and the processor time that it and its children took, seconds. */
interface Counted<T> {
  readonly result: T;
  readonly cores: number;
}

async function counted<T>(run: () => Promise<T>): Promise<Counted<T>> {
  const before = coreSeconds();
  const result = await run();
  return { result, cores: coreSeconds() - before };
}

interface BenchClip {
  readonly name: string;
  readonly input: string;
  /** A folder with a trimap for every frame. */
  readonly trimaps: string;
  readonly frames: number;
}

async function made(folder: string, ffmpeg: Ffmpeg, signal: AbortSignal): Promise<BenchClip> {
  const keyframes = [...Array(MADE.frames).keys()];
  const { input, trimapFolder } = await writeClip(folder, 'hair', {
    ...MADE,
    keyframes,
    encode: { as: 'h264', ffmpeg },
    signal,
  });
  return { name: `hair ${MADE.width}×${MADE.height}`, input, trimaps: trimapFolder, frames: MADE.frames };
}

/** The footage, every frame with the trimap of one made picture of its size. */
async function withTrimaps(folder: string, ffmpeg: Ffmpeg, signal: AbortSignal): Promise<BenchClip> {
  const { width, height, packetCount } = await probeVideo(ffmpeg, FOOTAGE, signal);
  const { trimapFolder } = await writeClip(folder, 'hair', {
    ...{ width, height, frames: 1, seed: MADE.seed },
    keyframes: [0],
    encode: { as: 'png' },
    signal,
  });
  const trimaps = join(folder, 'trimaps');
  await mkdir(trimaps);
  for (let frame = 0; frame < packetCount; frame += 1) {
    await link(join(trimapFolder, '0000.png'), join(trimaps, `${frame}.png`));
  }
  return { name: `footage ${width}×${height}`, input: FOOTAGE, trimaps, frames: packetCount };
}

/** @returns seconds, from starting ffmpeg to its end */
async function transcode(
  ffmpeg: Ffmpeg,
  input: string,
  output: string,
  signal: AbortSignal,
): Promise<number> {
  const start = performance.now();
  await startFfmpeg(
    ffmpeg,
    {
      inputs: [{ source: input, options: [] }],
      outputs: [
        {
          target: output,
          options: [
            '-map',
            '0:v',
            ...proresOptions('4444'),
            '-pix_fmt',
            'yuva444p10le',
            '-alpha_bits',
            '16',
            '-f',
            'mov',
          ],
        },
      ],
    },
    signal,
  ).done;
  return (performance.now() - start) / 1000;
}
