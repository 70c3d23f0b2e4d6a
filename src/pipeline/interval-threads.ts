import { MessageChannel } from 'node:worker_threads';
import { throwIfAborted } from '../core/errors.js';
import { compiledUrl } from '../core/compiled.js';
import { coreCount, ThreadPool } from '../core/thread.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip } from '../ingest/clip.js';
import type { KeyframeInterval } from '../trimap/intervals.js';
import type { IntervalJob, IntervalSetup, SolvedTrimap } from './interval-worker.js';
import { mergeItems } from './merge-items.js';
import { receiveItems } from './port-items.js';

/** Intervals solved side by side at most: each decodes and keeps pictures of its own. */
const MOST_THREADS = 8;

/** Threads that solve the intervals of one clip. */
export class IntervalThreads {
  readonly #pool: ThreadPool;
  readonly #count: number;

  constructor(ffmpeg: Ffmpeg, clip: Clip) {
    this.#count = Math.min(MOST_THREADS, coreCount());
    this.#pool = new ThreadPool(compiledUrl('./interval-worker.js', import.meta.url), {
      threads: this.#count,
      workerData: { ffmpeg, clip } satisfies IntervalSetup,
    });
  }

  /**
   * Every frame of the intervals that is no keyframe, as they are done: in order within an interval, intervals mixed.
   *
   * @param readReduced - a keyframe's trimap, `reducedSize` of the clip's
   * @param enlarged - whether the trimaps are brought up to the clip's size
   * @throws MatteflowError `ABORTED`, and what decoding throws
   */
  solve(
    intervals: readonly KeyframeInterval[],
    readReduced: (number: number) => Promise<Uint8Array>,
    enlarged: boolean,
    signal: AbortSignal,
  ): AsyncGenerator<SolvedTrimap & { readonly interval: KeyframeInterval }> {
    const jobs = intervals.map(
      (interval) => (left: AbortSignal) =>
        this.#solveOne(interval, readReduced, enlarged, AbortSignal.any([left, signal])),
    );
    return mergeItems(jobs, this.#count);
  }

  async *#solveOne(
    interval: KeyframeInterval,
    readReduced: (number: number) => Promise<Uint8Array>,
    enlarged: boolean,
    signal: AbortSignal,
  ): AsyncGenerator<SolvedTrimap & { readonly interval: KeyframeInterval }> {
    throwIfAborted(signal);
    const { first, last } = interval;
    const start = interval.start && (await readReduced(first));
    const end = interval.end && (await readReduced(last));
    const { port1: ours, port2: port } = new MessageChannel();
    const job: IntervalJob = { first, last, start, end, enlarged, port };
    const sender = this.#pool.run('solve', job, { transfer: [port] });
    for await (const solved of receiveItems<SolvedTrimap>(ours, sender, signal))
      yield { ...solved, interval };
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
