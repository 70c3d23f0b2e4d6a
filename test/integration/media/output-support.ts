import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import {
  allocateFrame,
  Frame,
  viewPlanes,
  type FrameFormat,
  type FramePlanes,
} from '../../../src/core/frame.js';
import { findFfmpeg, type Ffmpeg } from '../../../src/ffmpeg/tools.js';
import { openSink } from '../../../src/output/open-sink.js';
import type { OutputSource, OutputTarget } from '../../../src/output/output-target.js';
import { pack } from '../../../src/output/pack.js';
import type { FrameSink, OutputSummary } from '../../../src/output/sink.js';

const run = promisify(execFile);
export const never: AbortSignal = new AbortController().signal;

/** ffmpeg as found, and the old build carried by npm where it is installed. */
export async function builds(): Promise<[string, Ffmpeg][]> {
  const found = await findFfmpeg();
  const installer = '@ffmpeg-installer/ffmpeg';
  try {
    const { path } = createRequire(import.meta.url)(installer) as { path: string };
    return [
      ['the installed ffmpeg', found],
      ['the npm build', await findFfmpeg({ ffmpegPath: path, ffprobePath: found.ffprobe })],
    ];
  } catch {
    return [['the installed ffmpeg', found]];
  }
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'matteflow-output-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs ffmpeg as a test's own tool, apart from the code under test. */
export async function ffmpeg(...args: string[]): Promise<Buffer> {
  const options = { encoding: 'buffer' as const, maxBuffer: 2 ** 28 };
  return (await run('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args], options)).stdout;
}

/** ffprobe's answer as parsed JSON. */
export async function probe(path: string, ...args: string[]): Promise<Probed> {
  const { stdout } = await run('ffprobe', ['-v', 'error', '-of', 'json', ...args, path]);
  return JSON.parse(stdout) as Probed;
}

export interface Probed {
  readonly streams: Record<string, string>[];
  readonly packets: { readonly pts: number; readonly pts_time: string; readonly duration: number }[];
}

/** A decoded file's bytes as 16-bit words (an odd last byte is filled up), all frames one after another. */
export async function decode(path: string, pixelFormat: string): Promise<Uint16Array> {
  const args = ['-map', '0:v:0', '-vsync', 'passthrough', '-pix_fmt', pixelFormat, '-f', 'rawvideo', '-'];
  // A percent sign in a picture's path is no pattern.
  const literal = path.includes('%') ? ['-pattern_type', 'none'] : [];
  const bytes = await ffmpeg(...literal, '-i', path, ...args);
  const even = new Uint8Array(bytes.length + (bytes.length % 2));
  even.set(bytes);
  return new Uint16Array(even.buffer);
}

export function sourceOf(format: Partial<FrameFormat>, rest: Partial<OutputSource> = {}): OutputSource {
  return {
    path: '/nonexistent',
    format: {
      ...{ width: 96, height: 64, model: 'yuv', depth: 8, tags: {}, sampleAspect: { num: 1, den: 1 } },
      ...format,
    },
    frameRate: { num: 25, den: 1 },
    timeBase: { num: 1, den: 12800 },
    constantRate: true,
    firstNumber: 0,
    frameCount: 0,
    ...rest,
  };
}

export type Fill = (planes: FramePlanes, index: number) => void;

/** Evenly spaced times of `count` frames at the source's rate. */
export function evenTicks({ frameRate, timeBase }: OutputSource, count: number): number[] {
  const step = (frameRate.den * timeBase.den) / (frameRate.num * timeBase.num);
  return Array.from({ length: count }, (_, index) => 700 + index * step);
}

/** Packs and writes one frame a tick. */
export async function writeFrames(
  sink: FrameSink,
  source: OutputSource,
  ticks: readonly number[],
  fill: Fill,
): Promise<void> {
  const memory = allocateFrame(source.format, sink.packedBytes);
  const planes = viewPlanes(memory);
  for (const [index, at] of ticks.entries()) {
    fill(planes, index);
    pack(planes.packed, planes, source.format, sink.packing);
    const slot = { memory, planes, giveBack: () => undefined };
    const timestamp = { ticks: at, timeBase: source.timeBase };
    await sink.write(new Frame(slot, { index, number: source.firstNumber + index, timestamp }), never);
  }
}

/** A whole output, from opening to publishing. */
export async function encodeFrames(
  tools: Ffmpeg,
  source: OutputSource,
  target: OutputTarget,
  ticks: readonly number[],
  fill: Fill,
): Promise<OutputSummary> {
  const sink = await openSink(tools, { ...source, frameCount: ticks.length }, target, never);
  await writeFrames(sink, source, ticks, fill);
  return sink.finish();
}

/** Smooth ramps in every plane that move from frame to frame; alpha reaches 0 and 1. */
export function ramps({ width, height }: FrameFormat, peak = 255): Fill {
  return ({ colour: [y, cb, cr], alpha }, index) => {
    for (let i = 0; i < alpha.length; i += 1) {
      const across = (i % width) / (width - 1);
      const down = Math.floor(i / width) / (height - 1);
      y[i] = Math.round((0.2 + 0.5 * across + 0.02 * index) * peak);
      cb[i] = Math.round((0.4 + 0.2 * down) * peak);
      cr[i] = Math.round((0.6 - 0.2 * down) * peak);
      alpha[i] = Math.min(1, Math.max(0, 1.5 * across - 0.25 + 0.01 * index));
    }
  };
}
