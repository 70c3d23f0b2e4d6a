import type { Agenda, Task } from './agenda.js';
import type { ClipChild } from './clip-child.js';
import type { ClipEntry } from './clip-entry.js';
import { jobName, type ClipJob } from './clip-job.js';
import { failureLine, failureOf, isFinal } from './failure.js';
import type { OpenRun } from './open-run.js';
import { planClip, type PlanContext } from './plan-clip.js';
import { retryDelay, type RetryPolicy } from './retry-policy.js';
import type { RunBoard } from './run-board.js';

/** A clip; or a part of one, or the joining of its parts, which have a job already. */
export interface LocalTask {
  readonly entry: ClipEntry;
  readonly job?: ClipJob;
  readonly split?: SplitClip;
}

/** What the tasks of one clip have in common. */
interface SplitClip {
  /** Parts that are not made. */
  left: number;
  /** One was given up, and with it the clip. */
  dead: boolean;
}

/** What a lane works with. */
export interface LaneContext {
  readonly run: OpenRun;
  readonly plan: PlanContext;
  readonly board: RunBoard;
  readonly agenda: Agenda<LocalTask>;
  readonly retries: RetryPolicy;
  readonly retryFailed: boolean;
  readonly onNotice: (notice: string) => void;
}

/** Does what is on the agenda, one after another, in one process. */
export async function runLane(context: LaneContext, child: ClipChild): Promise<void> {
  const { agenda } = context;
  for (let task = await agenda.take(); task; task = await agenda.take()) await attempt(context, task, child);
}

async function attempt(context: LaneContext, task: Task<LocalTask>, child: ClipChild): Promise<void> {
  const { agenda, retries } = context;
  const { split } = task.item;
  let job = task.item.job;
  try {
    if (!split?.dead) {
      job ??= await plan(context, task);
      if (job) await work(context, task, job, child);
    }
    agenda.finish();
  } catch (error) {
    const number = task.attempts + 1;
    const final = number >= retries.attempts || isFinal(error);
    // The clip has been given up meanwhile: there is nothing more to say of it.
    if (split?.dead) agenda.finish();
    else await giveUpOrRetry(context, task, { job, number, final, error });
  }
}

/** What is to be done about a clip; undefined where that is nothing. */
async function plan(
  { run, plan: context, board, retryFailed }: LaneContext,
  { item: { entry }, attempts }: Task<LocalTask>,
): Promise<ClipJob | undefined> {
  const { state, job } = await planClip(entry, context);
  const { key } = job;
  if (attempts === 0) run.journal.note({ event: 'planned', name: entry.name, key });
  if (state === 'done') board.finished(true);
  else if (attempts === 0 && !retryFailed && run.dead.has(key)) board.died();
  else return job;
  return undefined;
}

async function work(
  { run, board, agenda }: LaneContext,
  { item: { entry, split }, attempts }: Task<LocalTask>,
  job: ClipJob,
  child: ClipChild,
): Promise<void> {
  const { key, part, parts } = job;
  if (parts !== undefined && !split) {
    const fresh: SplitClip = { left: parts, dead: false };
    const numbers = Array.from({ length: parts }, (_, number) => number);
    agenda.add(numbers.map((number) => ({ entry, job: { ...job, part: number }, split: fresh })));
    return;
  }
  const { name } = entry;
  const ofPart = part === undefined ? {} : { part };
  await run.journal.append({ event: 'started', name, key, attempt: attempts + 1, ...ofPart });
  await runChild(board, child, job);
  if (part === undefined) {
    await run.journal.append({ event: 'done', name, key });
    board.finished(false);
  } else if (split && --split.left === 0) {
    agenda.add([{ entry, job: { entry, key, ...(parts !== undefined && { parts }) }, split }]);
  }
}

async function giveUpOrRetry(
  { run, board, agenda, retries, onNotice }: LaneContext,
  task: Task<LocalTask>,
  { job, number, final, error }: { job: ClipJob | undefined; number: number; final: boolean; error: unknown },
): Promise<void> {
  const { entry, split } = task.item;
  const failure = failureOf(error);
  if (final && split) split.dead = true;
  onNotice(`${failureLine(job ? jobName(job) : entry.name, failure)}${final ? '' : ' (it is tried again)'}`);
  await run.journal.append({
    ...{ event: final ? 'dead' : 'failed', name: entry.name, attempt: number, error: failure },
    ...(job && { key: job.key }),
    ...(job?.part !== undefined && { part: job.part }),
  });
  if (final) {
    board.died();
    agenda.finish();
  } else {
    agenda.retry(task, retryDelay(retries, number));
  }
}

async function runChild(board: RunBoard, child: ClipChild, job: ClipJob): Promise<void> {
  const name = jobName(job);
  board.started(name);
  try {
    // Draining lets it finish: the signal that ends a run is not for the clip.
    const { signal } = new AbortController();
    await child.run(job, { signal, onProgress: (progress) => board.started(name, progress) });
  } finally {
    board.stopped(name);
  }
}
