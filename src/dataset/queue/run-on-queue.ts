import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { aborted, MatteflowError } from '../../core/errors.js';
import type { ClipEntry } from '../clip-entry.js';
import type { ClipJob } from '../clip-job.js';
import { readRecord } from '../clip-record.js';
import { failureLine, failureOf } from '../failure.js';
import { openRun, type OpenRun } from '../open-run.js';
import { planClip, type PlanContext } from '../plan-clip.js';
import type { RetryPolicy } from '../retry-policy.js';
import { RunBoard, type RunState } from '../run-board.js';
import { writeResults } from '../write-results.js';
import { ClipQueue, jobId } from './clip-queue.js';
import { durabilityNotice, openRedis } from './connection.js';

export interface RunOnQueueOptions {
  readonly clips: readonly ClipEntry[];
  readonly root: string;
  /** The data set's folder. */
  readonly output: string;
  /** With these clips that may be cut are opened. */
  readonly tools: PlanContext['tools'];
  /** Redis' address. */
  readonly url: string;
  /** The queue's name: one for each data set. */
  readonly queue: string;
  readonly retries: RetryPolicy;
  readonly retryFailed: boolean;
  /** When it fires this call ends; the queue and its workers go on. */
  readonly signal: AbortSignal;
  readonly onState: (state: RunState) => void;
  readonly onNotice: (notice: string) => void;
}

/** Milliseconds between two looks at the queue, at least; and how many times longer than a look takes. */
const INTERVAL = 1000;
const REST = 20;

/**
 * Queues a manifest's clips for workers on any machine and follows them until every one is finished or in the dead
 * letters. What is finished is what has a record; the queue only hands out work, and what it has lost is queued again.
 *
 * @throws MatteflowError `ABORTED` when the signal fired before that; `TOOL_MISSING` when Redis does not answer at the start;
 *   as `openRun` does
 */
export async function runOnQueue(options: RunOnQueueOptions): Promise<RunState> {
  const { clips, url, onNotice, signal } = options;
  const redis = await openRedis(url);
  const queue = new ClipQueue(redis, options.queue);
  const board = new RunBoard(clips.length, options.onState);
  let run: OpenRun | undefined;
  try {
    const notice = await durabilityNotice(redis);
    if (notice) onNotice(notice);
    run = await openRun(clips, { ...options, executor: 'queue' });
    const context: QueueRun = { ...options, queue, run, board, open: new Map() };
    await Promise.race([enqueueAndFollow(context), whenFired(signal)]);
  } finally {
    // Without a word to a server that may be gone: nothing is owed to it.
    redis.disconnect();
    await run?.close();
  }
  await writeResults(run.folder);
  const { state } = board;
  if (state.done + state.dead === clips.length) return state;
  throw new MatteflowError('ABORTED', {
    what: 'interrupted; what is queued stays queued, and workers go on',
    seen: `${state.done} of ${clips.length} clips done`,
    remedy: 'Run it again to follow',
    cause: aborted(signal.reason),
  });
}

interface QueueRun extends Omit<RunOnQueueOptions, 'queue'> {
  readonly queue: ClipQueue;
  readonly run: OpenRun;
  readonly board: RunBoard;
  /** Those that are neither finished nor dead, by their job's id. */
  readonly open: Map<string, ClipJob>;
}

async function enqueueAndFollow(context: QueueRun): Promise<void> {
  const { clips, open, signal } = context;
  for (const entry of clips) {
    if (signal.aborted) return;
    await enqueue(context, entry);
  }
  await context.run.hashes.save();
  while (open.size > 0 && !signal.aborted) {
    const start = performance.now();
    const idle = (await context.queue.openCount()) === 0;
    await countFinished(context);
    await countDead(context);
    if (idle) await queueLost(context);
    await showRunning(context);
    if (open.size > 0) await pause(Math.max(INTERVAL, REST * (performance.now() - start)));
  }
}

async function enqueue({ run, board, queue, open, ...options }: QueueRun, entry: ClipEntry): Promise<void> {
  const { name } = entry;
  try {
    const { tools, signal } = options;
    const { state, job } = await planClip(entry, { ...run, tools, signal });
    run.journal.note({ event: 'planned', name, key: job.key });
    if (state === 'done') {
      board.finished(true);
    } else if (!options.retryFailed && run.dead.has(job.key)) {
      board.died();
    } else {
      if (!(options.retryFailed && (await queue.retry(job, options.retries))))
        await queue.add(job, options.retries);
      await run.journal.append({ event: 'queued', name, key: job.key });
      open.set(jobId(job), job);
    }
  } catch (error) {
    const failure = failureOf(error);
    options.onNotice(failureLine(name, failure));
    await run.journal.append({ event: 'dead', name, attempt: 1, error: failure });
    board.died();
  }
}

/** One listing tells all: a look at each record would be a million looks. */
async function countFinished({ run, board, open }: QueueRun): Promise<void> {
  const records = await readdir(dirname(run.folder.record('any')));
  for (const record of records) {
    const id = record.slice(0, -'.json'.length);
    const job = open.get(id);
    if (!job) continue;
    open.delete(id);
    await run.journal.append({ event: 'done', name: job.entry.name, key: job.key });
    board.finished(false);
  }
}

async function countDead({ queue, run, board, open, onNotice }: QueueRun): Promise<void> {
  for (const [id, { message, attempts: attempt }] of await queue.dead()) {
    const job = open.get(id);
    if (!job) continue;
    open.delete(id);
    const { name } = job.entry;
    onNotice(failureLine(name, { message }));
    await run.journal.append({ event: 'dead', name, key: job.key, attempt, error: { message } });
    board.died();
  }
}

/** Queues again what the queue does not know and no record tells of: a server that lost its memory lost them. */
async function queueLost({ queue, run, open, retries }: QueueRun): Promise<void> {
  for (const [id, job] of open) {
    if (await readRecord(run.folder.record(id))) continue;
    if (await queue.isUnknown(job)) await queue.add(job, retries);
  }
}

async function showRunning({ queue, board }: QueueRun): Promise<void> {
  board.show(await queue.running());
}

function whenFired(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
