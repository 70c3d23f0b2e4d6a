import { join } from 'node:path';
import { writeClip } from '../fixtures/write-clip.js';
import { startFfmpeg } from '../src/ffmpeg/process.js';
import type { Ffmpeg } from '../src/ffmpeg/tools.js';
import { spreadText } from './figures.js';
import { interleave, spread } from './interleave.js';
import { measuredRun } from './peak-memory.js';
import type { BenchResult } from './result.js';

const CLIP = { width: 320, height: 180, frames: 60, seed: 7 } as const;

/** Peak memory of matting a clip of 60 frames and the same clip ten times over (Linux). */
export async function benchMemory(folder: string, ffmpeg: Ffmpeg): Promise<BenchResult> {
  const signal = new AbortController().signal;
  const clip = await writeClip(folder, 'hair', {
    ...CLIP,
    keyframes: [0, 59],
    encode: { as: 'h264', ffmpeg },
    signal,
  });
  const long = join(folder, 'long.mp4');
  const loop = { inputs: [{ source: clip.input, options: ['-stream_loop', '9'] }] };
  await startFfmpeg(ffmpeg, { ...loop, outputs: [{ target: long, options: ['-c', 'copy'] }] }, signal).done;
  const peak = (input: string) => async (): Promise<number> => {
    const files = [input, '--trimaps', clip.trimapFolder, '-o', `${input}.mov`];
    return (await measuredRun(['matte', ...files, '--overwrite'])).peakMegabytes;
  };
  const { short, tenfold } = await interleave(
    { short: peak(clip.input), tenfold: peak(long) },
    { rounds: 2, warmUps: 0 },
  );
  const more = 100 * (Math.min(...tenfold) / Math.min(...short) - 1);
  return {
    tables: [
      {
        title: `${CLIP.width}×${CLIP.height}, two keyframes`,
        columns: ['frames', 'peak memory, MB'],
        rows: [
          ['60', spreadText(spread(short))],
          ['600', spreadText(spread(tenfold))],
        ],
      },
    ],
    notes: [`600 frames take ${more.toFixed(1)} % more than 60, the least of each.`],
  };
}
