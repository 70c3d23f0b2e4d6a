import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeClip } from '../fixtures/write-clip.js';
import { startFfmpeg } from '../src/ffmpeg/process.js';
import type { Ffmpeg } from '../src/ffmpeg/tools.js';

const CLIP = { width: 320, height: 180, frames: 60, seed: 7 } as const;
const MAIN = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));

/** Peak memory of matting a clip of 60 frames and the same clip ten times over (Linux). */
export async function benchMemory(folder: string, ffmpeg: Ffmpeg): Promise<string[]> {
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
  const peaks = [];
  for (const input of [clip.input, long, clip.input, long]) {
    peaks.push(
      await peakMegabytes([
        'matte',
        input,
        '--trimaps',
        clip.trimapFolder,
        '-o',
        `${input}.mov`,
        '--overwrite',
      ]),
    );
  }
  const [short, tenfold] = [Math.min(peaks[0]!, peaks[2]!), Math.min(peaks[1]!, peaks[3]!)];
  return [
    `60 frames: ${peaks[0]!.toFixed(0)} and ${peaks[2]!.toFixed(0)} MB, 600 frames: ${peaks[1]!.toFixed(0)} and ${peaks[3]!.toFixed(0)} MB`,
    `600 frames take ${(100 * (tenfold / short - 1)).toFixed(1)} % more than 60`,
  ];
}

/** The most resident memory a run of the command line ever has. */
function peakMegabytes(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
    let peak = 0;
    const poll = setInterval(() => {
      readFile(`/proc/${child.pid}/status`, 'utf8').then(
        (status) => (peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)),
        () => undefined,
      );
    }, 100);
    child.on('close', (code) => {
      clearInterval(poll);
      if (code === 0) resolve(peak);
      else reject(new Error(`matteflow ${args.join(' ')} ended with ${code}`));
    });
  });
}
