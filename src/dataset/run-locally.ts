import { aborted, MatteflowError } from '../core/errors.js';
import { Agenda, type Task } from './agenda.js';
import { ClipChild } from './clip-child.js';
import type { ClipEntry } from './clip-entry.js';
import type { Workplace } from './clip-job.js';
import { failureLine, failureOf, isFinal } from './failure.js';
import { openRun, type OpenRun } from './open-run.js';
import { planClip } from './plan-clip.js';
import { retryDelay, type RetryPolicy } from './retry-policy.js';
import { RunBoard, type RunState } from './run-board.js';
import { writeResults } from './write-results.js';

export interface RunLocallyOptions {
  readonly clips: readonly ClipEntry[];
  readonly place: Workplace;
  /** Clips at a time, each in a process of its own. */
  readonly workers: number;
  readonly retries: RetryPolicy;
  /** Try again what runs before gave up. */
  readonly retryFailed: boolean;
  /** Seconds without progress after which a process is stuck. */
  readonly patience: number;
  /** The cores that each worker's process is held to; absent: all share all. */
  readonly cores?: readonly (readonly number[])[];
  /** When it fires, clips under way are finished and no more are begun. */
  readonly signal: AbortSignal;
  readonly onState: (state: RunState) => void;
  /** One sentence about an attempt that failed. */
  readonly onNotice: (notice: string) => void;
}

/**
 * Mattes a manifest's clips on this machine. Every clip ends finished or in the dead letters; what a run before has
 * finished, by the same contents, weights and options, is kept.
 *
 * @throws MatteflowError `ABORTED` when the signal fired before all was done; as `openRun` does
 */
export async function runLocally(options: RunLocallyOptions): Promise<RunState> {
  const { clips, place, workers, signal } = options;
  const run = await openRun(clips, { ...place, executor: 'local' });
  const board = new RunBoard(clips.length, options.onState);
  const agenda = new Agenda(clips);
  const drain = (): void => agenda.close();
  signal.addEventListener('abort', drain, { once: true });
  if (signal.aborted) drain();
  try {
    const lanes = Array.from({ length: Math.min(workers, clips.length) }, (_, lane) =>
      runLane({ ...options, run, board, agenda }, lane).catch((error: unknown) => {
        // The other lanes end with the clips they have.
        drain();
        throw error;
      }),
    );
    const ended = await Promise.allSettled(lanes);
    for (const lane of ended) if (lane.status === 'rejected') throw lane.reason;
  } finally {
    signal.removeEventListener('abort', drain);
    await run.close();
  }
  await writeResults(run.folder);
  const { state } = board;
  if (state.done + state.dead === clips.length) return state;
  throw new MatteflowError('ABORTED', {
    what: 'interrupted',
    seen: `${state.done} of ${clips.length} clips done`,
    remedy: 'Run it again to go on',
    cause: aborted(signal.reason),
  });
}

interface LaneContext extends RunLocallyOptions {
  readonly run: OpenRun;
  readonly board: RunBoard;
  readonly agenda: Agenda<ClipEntry>;
}

async function runLane(context: LaneContext, lane: number): Promise<void> {
  const { place, patience, cores, agenda } = context;
  const child = new ClipChild({ place, patience, ...(cores && { cores: cores[lane % cores.length]! }) });
  try {
    for (let task = await agenda.take(); task; task = await agenda.take()) {
      await attempt(context, task, child);
    }
  } finally {
    await child.close();
  }
}

async function attempt(context: LaneContext, task: Task<ClipEntry>, child: ClipChild): Promise<void> {
  const { run, board, agenda, retries } = context;
  const entry = task.item;
  const number = task.attempts + 1;
  let key: string | undefined;
  try {
    const { state, job } = await planClip(run.root, run.folder, entry, run.hashes);
    key = job.key;
    if (number === 1) run.journal.note({ event: 'planned', name: entry.name, key });
    if (state === 'done') {
      board.finished(true);
    } else if (number === 1 && !context.retryFailed && run.dead.has(key)) {
      board.died();
    } else {
      await run.journal.append({ event: 'started', name: entry.name, key, attempt: number });
      await runChild(context, child, job);
      await run.journal.append({ event: 'done', name: entry.name, key });
      board.finished(false);
    }
    agenda.finish();
  } catch (error) {
    const failure = failureOf(error);
    const what = { name: entry.name, ...(key !== undefined && { key }), attempt: number, error: failure };
    const final = number >= retries.attempts || isFinal(error);
    context.onNotice(`${failureLine(entry.name, failure)}${final ? '' : ' (it is tried again)'}`);
    await run.journal.append({ event: final ? 'dead' : 'failed', ...what });
    if (final) {
      board.died();
      agenda.finish();
    } else {
      agenda.retry(task, retryDelay(retries, number));
    }
  }
}

async function runChild(
  { board }: LaneContext,
  child: ClipChild,
  job: Parameters<ClipChild['run']>[0],
): Promise<void> {
  const { name } = job.entry;
  board.started(name);
  try {
    // Draining lets it finish: the signal that ends a run is not for the clip.
    const { signal } = new AbortController();
    await child.run(job, { signal, onProgress: (progress) => board.started(name, progress) });
  } finally {
    board.stopped(name);
  }
}
