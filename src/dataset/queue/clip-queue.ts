import { FlowProducer, Queue, type Job, type JobsOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { MatteflowError } from '../../core/errors.js';
import { jobName, type ClipJob } from '../clip-job.js';
import { stemOf } from '../clip-key.js';
import type { RetryPolicy } from '../retry-policy.js';
import type { RunningClip } from '../run-board.js';

/** Before all of the project's keys in Redis. */
export const PREFIX = 'matteflow';

/** States of a job that is still to be done. */
const OPEN = ['waiting', 'prioritized', 'delayed', 'active', 'waiting-children'] as const;

/**
 * A queue of one data set's clips. A job's id follows from its clip's name and key, so that no clip is queued twice. A long
 * clip is a flow: its own job waits until those of its parts are done, and fails when one of them does.
 */
export class ClipQueue {
  readonly #name: string;
  readonly #queue: Queue<ClipJob, undefined>;
  readonly #flows: FlowProducer;

  constructor(redis: Redis, name: string) {
    this.#name = name;
    this.#queue = new Queue(name, { connection: redis, prefix: PREFIX });
    this.#flows = new FlowProducer({ connection: redis, prefix: PREFIX });
    // Outages are waited out; without a listener they would end the process.
    this.#queue.on('error', () => undefined);
    this.#flows.on('error', () => undefined);
  }

  /** Queues a clip, unless it is queued, being matted, or in the dead letters. */
  async add(job: ClipJob, retries: RetryPolicy): Promise<void> {
    const options = optionsOf(job, retries);
    if (job.parts === undefined) {
      await this.#queue.add('clip', job, options);
      return;
    }
    const queueName = this.#name;
    const children = partsOf(job).map((part) => ({
      ...{ name: 'part', queueName, data: part },
      opts: { ...optionsOf(part, retries), failParentOnFailure: true },
    }));
    await this.#flows.add({ name: 'clip', queueName, data: job, opts: options, children });
  }

  /**
   * Takes a clip out of the dead letters and queues it, as often as if it were new. False when it is not in there. Parts that
   * are made are found to be; only the others are matted.
   */
  async retry(job: ClipJob, retries: RetryPolicy): Promise<boolean> {
    const dead = await this.#deadJobs(job);
    if (dead.length === 0) return false;
    if (job.parts === undefined) {
      await dead[0]!.retry('failed', { resetAttemptsMade: true });
      return true;
    }
    // A flow is not mended but begun anew. The clip's own job may still be on its way to the dead letters.
    await (await this.#queue.getJob(jobId(job)))?.remove({ removeChildren: false });
    for (const part of dead) await part.remove().catch(() => undefined);
    await this.add(job, retries);
    return true;
  }

  /** Of a clip and its parts, the jobs that are in the dead letters. */
  async #deadJobs(job: ClipJob): Promise<Job<ClipJob>[]> {
    const dead: Job<ClipJob>[] = [];
    for (const each of [job, ...partsOf(job)]) {
      const found = await this.#queue.getJob(jobId(each));
      if (found && (await found.getState()) === 'failed') dead.push(found);
    }
    return dead;
  }

  /** Whether the queue knows nothing of the clip: it is done, or was lost. */
  async isUnknown(job: ClipJob): Promise<boolean> {
    return (await this.#queue.getJobState(jobId(job))) === 'unknown';
  }

  async openCount(): Promise<number> {
    return this.#queue.getJobCountByTypes(...OPEN);
  }

  /** Those in the dead letters: why each clip died, by its job's id. Of one with parts, the part's reason counts. */
  async dead(): Promise<ReadonlyMap<string, { readonly message: string; readonly attempts: number }>> {
    const failed = (await this.#queue.getFailed()) as Job<ClipJob>[];
    const ofParts = failed.filter(({ data }) => data.part !== undefined);
    const ofClips = failed.filter(({ data }) => data.part === undefined);
    return new Map(
      [...ofClips, ...ofParts].map(({ data, failedReason, attemptsMade }) => [
        clipId(data),
        { message: failedReason, attempts: attemptsMade },
      ]),
    );
  }

  async running(): Promise<readonly RunningClip[]> {
    const active = (await this.#queue.getActive()) as Job<ClipJob>[];
    return active.map(({ data, progress }) => ({
      name: jobName(data),
      ...(typeof progress === 'object' && { progress: progress as RunningClip['progress'] & object }),
    }));
  }

  async close(): Promise<void> {
    await Promise.all([this.#queue.close(), this.#flows.close()]);
  }
}

/** `dancer.3f2a9c1d7b60`; of a part `dancer.3f2a9c1d7b60~3`, as no clip is called. */
export function jobId(job: ClipJob): string {
  return job.part === undefined ? clipId(job) : `${clipId(job)}~${job.part}`;
}

function clipId({ entry, key }: ClipJob): string {
  return stemOf(entry.name, key);
}

function partsOf(job: ClipJob): ClipJob[] {
  return Array.from({ length: job.parts ?? 0 }, (_, part) => ({ ...job, part }));
}

function optionsOf(job: ClipJob, { attempts, backoff }: RetryPolicy): JobsOptions {
  return {
    jobId: jobId(job),
    priority: job.entry.priority,
    attempts,
    backoff: { type: 'exponential', delay: 1000 * backoff },
    // The record tells that it is done; the queue's memory then follows what is open.
    removeOnComplete: true,
    removeOnFail: false,
  };
}

/** @throws `USAGE` for a name that BullMQ cannot use */
export function requireQueueName(name: string): string {
  if (/^[\w-]{1,64}$/.test(name)) return name;
  throw new MatteflowError('USAGE', {
    what: 'this is no name of a queue',
    seen: name.slice(0, 80),
    expected: 'up to 64 letters, digits, - and _',
  });
}
