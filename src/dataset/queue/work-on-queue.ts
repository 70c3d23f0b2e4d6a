import { setTimeout as pause } from 'node:timers/promises';
import { UnrecoverableError, Worker, type Job } from 'bullmq';
import { asError, MatteflowError } from '../../core/errors.js';
import type { Progress } from '../../pipeline/progress.js';
import { ClipChild } from '../clip-child.js';
import { readEntry } from '../clip-entry.js';
import type { ClipJob, Workplace } from '../clip-job.js';
import { isFinal } from '../failure.js';
import { PREFIX } from './clip-queue.js';
import { durabilityNotice, openRedis } from './connection.js';

export interface WorkOnQueueOptions {
  /** Redis' address. */
  readonly url: string;
  /** The queue's name. */
  readonly queue: string;
  readonly place: Workplace;
  /** Clips at a time, each in a process of its own. */
  readonly workers: number;
  /** Seconds for which a job is this worker's without a sign of life; others then take it. */
  readonly lock: number;
  readonly patience: number;
  readonly cores?: readonly (readonly number[])[];
  /** When it fires, clips under way are finished and no more are taken. */
  readonly signal: AbortSignal;
  readonly onNotice: (notice: string) => void;
}

/** What a worker did. */
export interface WorkSummary {
  /** Clips, and parts of clips, that it finished, those found finished included. */
  readonly done: number;
  /** Attempts that failed. */
  readonly failed: number;
  /** Attempts given up because their lock was lost: another worker has the clip. */
  readonly lost: number;
}

/** Milliseconds between two reports of one clip's progress to Redis. */
const INTERVAL = 2000;
/** Parts of a clip at most. */
const MOST_PARTS = 1_000_000;
/** Milliseconds that a worker which leaves waits for Redis to hear of its last jobs. */
const FAREWELL = 5000;
/** How often a job may be taken over from workers that died before it goes to the dead letters. */
const TAKEN_OVER = 5;

/**
 * Mattes clips of a queue until it is told to stop. A worker whose lock on a job is lost, because it was frozen or cut off, stops
 * that job: another has it. That two may work at one clip for a while does no harm, as `matteClip` says.
 *
 * @throws `TOOL_MISSING` when Redis does not answer at the start; `USAGE`
 */
export async function workOnQueue(options: WorkOnQueueOptions): Promise<WorkSummary> {
  const { url, queue, workers, lock, signal, onNotice } = options;
  const redis = await openRedis(url);
  const children = new Children(options);
  const count = { done: 0, failed: 0, lost: 0 };
  const inHand = new Set<Promise<void>>();
  try {
    const notice = await durabilityNotice(redis);
    if (notice) onNotice(notice);
    const worker = new Worker<ClipJob, undefined>(
      queue,
      async (job, _token, lost) => {
        const matting = matteJob(job, options.place, children, lost ?? new AbortController().signal);
        inHand.add(matting);
        try {
          await matting;
          count.done += 1;
        } catch (error) {
          count[lost?.aborted ? 'lost' : 'failed'] += 1;
          onNotice(`${job.id ?? 'a job'}: ${asError(error).message}`);
          throw isFinal(error) ? new UnrecoverableError(asError(error).message) : error;
        } finally {
          inHand.delete(matting);
        }
        return undefined;
      },
      {
        ...{ connection: redis, prefix: PREFIX, concurrency: workers },
        ...{ lockDuration: 1000 * lock, stalledInterval: 1000 * lock, maxStalledCount: TAKEN_OVER },
      },
    );
    worker.on('lockRenewalFailed', (ids) => {
      for (const id of ids) worker.cancelJob(id, 'the lock was lost');
    });
    // Outages, and results of jobs that are another's by now: both are waited out or passed over.
    worker.on('error', () => undefined);
    await fired(signal);
    await leave(worker, inHand);
    return count;
  } finally {
    await children.close();
    redis.disconnect();
  }
}

/**
 * Takes no more jobs, sees those in hand through and tells Redis. A Redis that is away is not waited for: BullMQ's own `close`
 * would wait for ever then (taskforcesh/bullmq#4656). A job it has not heard of goes to another worker, which finds the clip finished.
 */
async function leave(worker: Worker, inHand: ReadonlySet<Promise<void>>): Promise<void> {
  const told = new Promise<void>((resolve) => void worker.pause().then(resolve, () => undefined));
  while (inHand.size > 0) await Promise.allSettled(inHand);
  const gone = new AbortController();
  const late = pause(FAREWELL, undefined, { signal: gone.signal }).catch(() => undefined);
  await Promise.race([told, late]);
  gone.abort();
  await worker.close(true);
}

async function matteJob(
  job: Job<ClipJob>,
  place: Workplace,
  children: Children,
  lost: AbortSignal,
): Promise<void> {
  // Whoever can write to the queue is as little to be trusted as whoever wrote the manifest.
  const clip = readJob(job.data, `job ${job.id ?? ''} of the queue`);
  const child = children.take();
  let last = -Infinity;
  try {
    const report = ({ phase, frame, frames }: Progress): void => {
      const now = performance.now();
      if (now - last < INTERVAL) return;
      last = now;
      // Nobody waits for it: without Redis the clip goes on.
      job.updateProgress({ phase, frame, frames }).catch(() => undefined);
    };
    await child.run(clip, { signal: lost, onProgress: report });
  } finally {
    children.giveBack(child);
  }
}

/** @throws `USAGE` for what is no job */
function readJob(data: ClipJob | undefined, subject: string): ClipJob {
  const entry = readEntry(data?.entry, subject);
  const { key, parts, part }: Partial<Record<keyof ClipJob, unknown>> = data ?? {};
  const hasKey = typeof key === 'string' && /^[0-9a-f]{64}$/.test(key);
  if (hasKey && parts === undefined && part === undefined) return { entry, key };
  if (hasKey && isCount(parts) && part === undefined) return { entry, key, parts };
  if (hasKey && isCount(parts) && isIndex(part, parts)) return { entry, key, parts, part };
  throw new MatteflowError('USAGE', {
    what: 'the job has no key, or is for no part of its clip',
    expected: 'a key of 64 hexadecimal digits, and a part below the number of parts',
    subject,
  });
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 1 && (value as number) <= MOST_PARTS;
}

function isIndex(value: unknown, count: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < count;
}

/** As many processes as clips are matted at a time, each used by one job after another. */
class Children {
  readonly #all: readonly ClipChild[];
  readonly #idle: ClipChild[];

  constructor({ workers, place, patience, cores }: WorkOnQueueOptions) {
    this.#all = Array.from(
      { length: workers },
      (_, lane) => new ClipChild({ place, patience, ...(cores && { cores: cores[lane % cores.length]! }) }),
    );
    this.#idle = [...this.#all];
  }

  take(): ClipChild {
    const child = this.#idle.pop();
    if (!child) throw new Error('more jobs than processes');
    return child;
  }

  giveBack(child: ClipChild): void {
    this.#idle.push(child);
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((child) => child.close()));
  }
}

function fired(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
