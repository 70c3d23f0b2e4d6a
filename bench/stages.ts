import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { writeClip } from '../fixtures/write-clip.js';
import type { Ffmpeg } from '../src/ffmpeg/tools.js';
import { matteVideo } from '../src/index.js';
import { digits, percent } from './figures.js';
import type { BenchResult, Table } from './result.js';

const QUICK = { width: 640, height: 360, frames: 24, seed: 7 } as const;
const LARGE = { width: 1280, height: 720, frames: 24, seed: 7 } as const;

type ClipSize = typeof QUICK | typeof LARGE;

/** Where a run's time goes, and how long the main thread is ever held. */
export async function benchStages(folder: string, ffmpeg: Ffmpeg, full: boolean): Promise<BenchResult> {
  const runs = [];
  for (const size of full ? [QUICK, LARGE] : [QUICK]) runs.push(await oneRun(folder, ffmpeg, size));
  return {
    tables: runs.map(({ table }) => table),
    charts: runs.map(({ name, busy, clip }) => ({
      name: `stages-${name}`,
      title: `${name}, ${clip.frames} frames: share of the wall-clock time each stage is at work`,
      kind: 'bars',
      x: { name: 'stage' },
      y: { name: 'busy share' },
      series: [{ name: 'busy share', points: busy }],
    })),
    notes: runs.map(({ note }) => note),
  };
}

async function oneRun(
  folder: string,
  ffmpeg: Ffmpeg,
  clip: ClipSize,
): Promise<{ name: string; clip: ClipSize; table: Table; busy: [string, number][]; note: string }> {
  const written = await writeClip(join(folder, String(clip.height)), 'hair', {
    ...clip,
    keyframes: [...Array(clip.frames).keys()],
    encode: { as: 'h264', ffmpeg },
    signal: new AbortController().signal,
  });
  const delay = monitorEventLoopDelay({ resolution: 2 });
  const { fps, stages } = await matteVideo({
    input: written.input,
    trimaps: written.trimapFolder,
    output: join(folder, `${clip.height}.mov`),
    // From the first frame done to the last: starting threads and ffmpeg is not what is asked about.
    onFrame: ({ index }) => (index === clip.frames - 1 ? delay.disable() : delay.enable()),
  });
  const wall = clip.frames / fps;
  const network = (stages.stage1 ?? 0) + (stages.stage2 ?? 0);
  const name = `${clip.width}×${clip.height}`;
  return {
    name: `${clip.height}p`,
    clip,
    table: {
      title: `${name}, ${clip.frames} frames, a trimap each`,
      columns: ['stage', 'ms a frame', 'busy share of wall time', 'of the networks’ time'],
      rows: Object.entries(stages).map(([stage, busy]) => [
        stage,
        digits((1000 * busy) / clip.frames),
        percent(busy / wall),
        digits(busy / network),
      ]),
    },
    busy: Object.entries(stages).map(([stage, busy]) => [stage, busy / wall]),
    note:
      `${name}: ${digits(fps)} frames a second from end to end, ${digits(clip.frames / network)} by the networks' ` +
      `seconds alone. Longest pause of the main thread's event loop while frames go through: ${(delay.max / 1e6).toFixed(0)} ms.`,
  };
}
