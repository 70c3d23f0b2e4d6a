import { join } from 'node:path';
import { writeClip } from '../fixtures/write-clip.js';
import { startFfmpeg } from '../src/ffmpeg/process.js';
import type { Ffmpeg } from '../src/ffmpeg/tools.js';
import { spreadText } from './figures.js';
import { interleave, spread } from './interleave.js';
import { measuredRun } from './peak-memory.js';
import type { Chart } from '../src/evaluation/chart.js';
import type { BenchResult } from './result.js';

const CLIP = { width: 320, height: 180, frames: 30, seed: 7 } as const;

interface Run {
  readonly fps: number;
  readonly megabytes: number;
}

/** Speed and peak memory of clips that differ in nothing but their length. */
export async function benchLength(folder: string, ffmpeg: Ffmpeg, full: boolean): Promise<BenchResult> {
  const times = full ? [1, 4, 16] : [1, 4];
  const { signal } = new AbortController();
  const clip = await writeClip(folder, 'hair', {
    ...CLIP,
    keyframes: [0, CLIP.frames - 1],
    encode: { as: 'h264', ffmpeg },
    signal,
  });
  const variants: Record<string, () => Promise<Run>> = {};
  for (const count of times) {
    const input = join(folder, `${count}-times.mp4`);
    const loop = { inputs: [{ source: clip.input, options: ['-stream_loop', String(count - 1)] }] };
    await startFfmpeg(ffmpeg, { ...loop, outputs: [{ target: input, options: ['-c', 'copy'] }] }, signal)
      .done;
    variants[String(count * CLIP.frames)] = async () => {
      const files = [input, '--trimaps', clip.trimapFolder, '-o', `${input}.mov`];
      const { peakMegabytes, result } = await measuredRun(['matte', ...files, '--overwrite']);
      return { fps: (result as { fps: number }).fps, megabytes: peakMegabytes };
    };
  }
  // Every run is a process of its own: there is nothing to warm up but the disk.
  const runs = await interleave(variants, { rounds: full ? 3 : 1, warmUps: 0 });
  const of = (name: string, what: keyof Run): number[] => runs[name]!.map((run) => run[what]);
  const names = Object.keys(variants);
  const line = (name: string, what: keyof Run): Chart['series'][number] => ({
    name,
    points: names.map((frames) => [Number(frames), spread(of(frames, what)).median]),
  });
  const least = (name: string): number => Math.min(...of(name, 'megabytes'));
  const growth = 100 * (least(names.at(-1)!) / least(names[0]!) - 1);
  return {
    tables: [
      {
        title: `${CLIP.width}×${CLIP.height}, two keyframes, the command line in a process of its own`,
        columns: ['frames', 'frames a second', 'peak memory, MB'],
        rows: names.map((name) => [
          name,
          spreadText(spread(of(name, 'fps'))),
          spreadText(spread(of(name, 'megabytes'))),
        ]),
      },
    ],
    charts: [
      {
        name: 'length-memory',
        title: 'Peak memory over clip length',
        kind: 'lines',
        x: { name: 'frames', scale: 'log' },
        y: { name: 'MB' },
        series: [line('peak memory', 'megabytes')],
      },
      {
        name: 'length-speed',
        title: 'Speed over clip length',
        kind: 'lines',
        x: { name: 'frames', scale: 'log' },
        y: { name: 'frames a second' },
        series: [line('frames a second', 'fps')],
      },
    ],
    notes: [
      `${names.at(-1)!} frames take ${growth.toFixed(1)} % more memory than ${names[0]!}, the least of each.`,
    ],
  };
}
