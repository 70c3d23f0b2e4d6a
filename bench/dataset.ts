import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { writeClip } from '../fixtures/write-clip.js';
import { readEntry, type ClipEntry } from '../src/dataset/clip-entry.js';
import type { ClipRecord } from '../src/dataset/clip-record.js';
import { coreShares } from '../src/dataset/core-shares.js';
import { DatasetFolder } from '../src/dataset/dataset-folder.js';
import { runLocally } from '../src/dataset/run-locally.js';
import { readStatus } from '../src/dataset/status.js';
import type { Ffmpeg } from '../src/ffmpeg/tools.js';
import { composeRun } from './compose.js';
import { coreSeconds } from './core-seconds.js';
import { percent, spreadText } from './figures.js';
import { interleave, ratio, spread } from './interleave.js';
import type { BenchResult } from './result.js';

/** Long enough that a worker's start is little of a run. */
const CLIP = { width: 320, height: 180, frames: 24, seed: 7 } as const;
/** Clips a run. */
const CLIPS = 4;
/** Seconds of work a clip against which the overhead is held. */
const USUAL = 30;

interface Run {
  /** Wall-clock seconds of all clips. */
  readonly seconds: number;
  /** Seconds of cores, of this process, the workers' and ffmpeg's. */
  readonly cores: number;
  /** Seconds of them that were not `matteVideo`'s, with one worker: its process's start, and what each clip adds. */
  readonly overhead: number;
}

/** What running clips as a data set costs beyond matting them, what a second worker gains, and composing. */
export async function benchDataset(folder: string, ffmpeg: Ffmpeg, full: boolean): Promise<BenchResult> {
  const clips = await madeClips(folder, ffmpeg);
  let runs = 0;
  const variant = (workers: number, count: number) => (): Promise<Run> =>
    timedRun(clips.slice(0, count), { root: folder, output: join(folder, `run-${runs++}`), workers });
  const two = availableParallelism() >= 2;
  const rounds = full ? 5 : 2;
  const measured = await interleave(
    { single: variant(1, 1), one: variant(1, CLIPS), ...(two && { two: variant(2, CLIPS) }) },
    { rounds, warmUps: full ? 1 : 0 },
  );
  const {
    single,
    one,
    two: both = [],
  } = measured as Record<'single' | 'one', readonly Run[]> & {
    two?: readonly Run[];
  };
  const seconds = (of: readonly Run[]): number[] => of.map((run) => run.seconds);
  // The process starts once, for one clip as for several.
  const each = one.map((run, round) => (run.overhead - single[round]!.overhead) / (CLIPS - 1));
  const start = single.map((run, round) => run.overhead - each[round]!);
  const overhead = spread(each);
  const cores = (of: readonly Run[]): number[] => of.map((run) => run.cores);
  const gain = two
    ? [
        ['two workers’ speed over one’s', spreadText(ratio(seconds(one), seconds(both)))],
        ['two workers’ seconds of cores over one’s', spreadText(ratio(cores(both), cores(one)))],
      ]
    : [];
  return {
    tables: [
      {
        title: `${CLIPS} clips, ${CLIP.width}×${CLIP.height}, ${CLIP.frames} frames; each worker held to one core`,
        columns: ['', 'measured'],
        rows: [
          ['one worker, seconds', spreadText(spread(seconds(one)))],
          ...(two ? [['two workers, seconds', spreadText(spread(seconds(both)))]] : []),
          ...gain,
          ['one worker, seconds of a core a clip', spreadText(spread(cores(one).map((sum) => sum / CLIPS)))],
          ['start of a worker’s process, seconds', spreadText(spread(start))],
          ['overhead a clip, seconds', spreadText(overhead)],
          [`of a clip that takes ${USUAL} s`, percent(overhead.median / USUAL)],
        ],
      },
      await composeRun(folder, full),
    ],
  };
}

async function madeClips(folder: string, ffmpeg: Ffmpeg): Promise<readonly ClipEntry[]> {
  const { signal } = new AbortController();
  await writeClip(folder, 'hair', {
    ...CLIP,
    keyframes: [...Array(CLIP.frames).keys()],
    encode: { as: 'h264', ffmpeg },
    signal,
  });
  return Array.from({ length: CLIPS }, (_, at) =>
    readEntry(
      { name: `clip-${at}`, input: 'clip.mp4', trimaps: 'trimap', range: [0, CLIP.frames - 1] },
      'bench',
    ),
  );
}

async function timedRun(
  clips: readonly ClipEntry[],
  { root, output, workers }: { root: string; output: string; workers: number },
): Promise<Run> {
  await mkdir(output);
  const coresBefore = coreSeconds();
  const { seconds } = await runLocally({
    ...{ clips, workers, patience: 600, retryFailed: false, retries: { attempts: 1, backoff: 1 } },
    place: { root, output, threads: 1 },
    cores: await coreShares(workers, 1),
    signal: new AbortController().signal,
    onState: () => undefined,
    onNotice: (notice) => console.warn(notice),
  });
  const cores = coreSeconds() - coresBefore;
  const { known } = await readStatus(new DatasetFolder(output));
  const own = known.flatMap(({ record }) => (record ? [record] : [])).map((r: ClipRecord) => r.seconds ?? 0);
  if (own.length !== clips.length) throw new Error(`${own.length} of ${clips.length} clips were matted`);
  return { seconds, cores, overhead: seconds - own.reduce((sum, value) => sum + value, 0) };
}
