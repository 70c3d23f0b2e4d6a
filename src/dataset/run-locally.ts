import { aborted, MatteflowError } from '../core/errors.js';
import { Agenda } from './agenda.js';
import { ClipChild } from './clip-child.js';
import type { ClipEntry } from './clip-entry.js';
import type { Workplace } from './clip-job.js';
import { runLane, type LaneContext, type LocalTask } from './local-lane.js';
import { openRun } from './open-run.js';
import type { RetryPolicy } from './retry-policy.js';
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
  const { clips, place, workers, patience, cores, signal } = options;
  const run = await openRun(clips, { ...place, executor: 'local' });
  const board = new RunBoard(clips.length, options.onState);
  const agenda = new Agenda<LocalTask>(clips.map((entry) => ({ entry })));
  const context: LaneContext = {
    ...{ ...options, run, board, agenda },
    plan: { ...run, tools: place, signal: new AbortController().signal },
  };
  const drain = (): void => agenda.close();
  signal.addEventListener('abort', drain, { once: true });
  if (signal.aborted) drain();
  try {
    const lanes = Array.from({ length: workers }, async (_, lane) => {
      const child = new ClipChild({ place, patience, ...(cores && { cores: cores[lane % cores.length]! }) });
      try {
        await runLane(context, child);
      } catch (error) {
        // The other lanes end with the clips they have.
        drain();
        throw error;
      } finally {
        await child.close();
      }
    });
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
