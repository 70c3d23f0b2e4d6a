import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeClip } from '../fixtures/write-clip.js';
import type { Chart } from '../src/evaluation/chart.js';
import type { Ffmpeg } from '../src/ffmpeg/tools.js';
import { digits } from './figures.js';
import { fitLine } from './line-fit.js';
import type { MatteRun } from './matte-process.js';
import { memorySeries, type MemorySeries } from './memory-series.js';
import { repeatClip } from './repeat-clip.js';
import type { BenchResult } from './result.js';

interface Case {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** Frames of the drawn clip that is repeated. */
  readonly drawn: number;
  readonly model: string;
  /** Encode the frames in segments instead of throwing them away. */
  readonly encoded?: true;
}

/** Frames that count as warm-up: pools, caches and heaps find their size. */
const WARM_UP = 0.3;

/** From here on a run winds down: where no frame comes any more, memory is let go. */
const WIND_DOWN = 0.97;

/** Readings of a run. */
const READINGS = 200;

const QUICK: readonly Case[] = [
  { name: 'small', width: 160, height: 96, frames: 3000, drawn: 30, model: 'guided-filter' },
  { name: '4K', width: 3840, height: 2160, frames: 20, drawn: 10, model: 'trimap' },
  { name: 'encoded', width: 160, height: 96, frames: 1000, drawn: 50, model: 'compact', encoded: true },
];

const FULL: readonly Case[] = [
  { name: '360p', width: 640, height: 360, frames: 20_000, drawn: 50, model: 'guided-filter' },
  { name: '4K', width: 3840, height: 2160, frames: 300, drawn: 10, model: 'guided-filter' },
  { name: 'encoded', width: 160, height: 96, frames: 10_000, drawn: 50, model: 'compact', encoded: true },
];

/** How the memory of a run and all its processes grows with every thousand frames: trimap pass and matte. */
export async function benchGrowth(folder: string, ffmpeg: Ffmpeg, full: boolean): Promise<BenchResult> {
  const rows: string[][] = [];
  const charts: Chart[] = [];
  for (const one of full ? FULL : QUICK) {
    const own = join(folder, one.name);
    await mkdir(own);
    const series = await memorySeries(await runOf(own, one, ffmpeg), Math.ceil(one.frames / READINGS));
    rows.push(...series.map((phase) => rowOf(one, phase)));
    charts.push(chartOf(one, series));
  }
  return {
    tables: [
      {
        title: `Memory of the whole tree of processes, from ${100 * WARM_UP} to ${100 * WIND_DOWN} % of the frames`,
        columns: ['clip', 'frames', 'phase', 'MB, mean', 'MB a thousand frames', 'of the whole run, MB'],
        rows,
      },
    ],
    charts,
  };
}

/** A short clip over and over, with a keyframe on either side of every seam, which is a cut. */
async function runOf(folder: string, { frames, drawn, ...one }: Case, ffmpeg: Ffmpeg): Promise<MatteRun> {
  const { width, height, model } = one;
  const { signal } = new AbortController();
  const keyframes = [0, drawn - 1];
  const encode = { as: 'h264', ffmpeg } as const;
  const clip = await writeClip(folder, 'hair', {
    ...{ width, height, frames: drawn, seed: 7, keyframes, encode, signal },
  });
  const painted = { input: clip.input, trimaps: clip.trimapFolder, keyframes, frames: drawn };
  const { input, trimaps } = await repeatClip(folder, painted, Math.ceil(frames / drawn), ffmpeg);
  return { input, trimaps, model, ...(one.encoded && { output: join(folder, 'out.mov') }) };
}

function rowOf({ name, width, height, frames, encoded }: Case, { phase, points }: MemorySeries): string[] {
  const settled = points.filter(([frame]) => frame >= WARM_UP * frames && frame <= WIND_DOWN * frames);
  const { slope, error } = fitLine(settled);
  const mean = settled.reduce((sum, [, megabytes]) => sum + megabytes, 0) / settled.length;
  return [
    `${name}, ${width}×${height}${encoded ? ', to ProRes' : ''}`,
    String(frames),
    phase,
    mean.toFixed(0),
    `${(1000 * slope).toFixed(2)} ± ${(2000 * error).toFixed(2)}`,
    digits(slope * frames * (1 - WARM_UP)),
  ];
}

function chartOf({ name }: Case, series: readonly MemorySeries[]): Chart {
  return {
    name: `growth-${name.toLowerCase()}`,
    title: `Memory of all processes, ${name}`,
    kind: 'lines',
    x: { name: 'frames' },
    y: { name: 'MB' },
    series: series.map(({ phase, points }) => ({
      name: phase,
      points: points.map(([frame, megabytes]): [number, number] => [frame, megabytes]),
    })),
  };
}
