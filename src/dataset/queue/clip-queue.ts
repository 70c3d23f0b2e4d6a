import { Queue, type Job, type JobsOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { MatteflowError } from '../../core/errors.js';
import type { ClipJob } from '../clip-job.js';
import { stemOf } from '../clip-key.js';
import type { RetryPolicy } from '../retry-policy.js';
import type { RunningClip } from '../run-board.js';

/** Before all of the project's keys in Redis. */
export const PREFIX = 'matteflow';

/** States of a job that is still to be done. */
const OPEN = ['waiting', 'prioritized', 'delayed', 'active', 'waiting-children'] as const;

/** A queue of one data set's clips. A job's id follows from its clip's name and key, so that no clip is queued twice. */
export class ClipQueue {
  readonly #queue: Queue<ClipJob, undefined>;

  constructor(redis: Redis, name: string) {
    this.#queue = new Queue(name, { connection: redis, prefix: PREFIX });
    // Outages are waited out; without a listener they would end the process.
    this.#queue.on('error', () => undefined);
  }

  /** Queues a clip, unless it is queued, being matted, or in the dead letters. */
  async add(job: ClipJob, { attempts, backoff }: RetryPolicy): Promise<void> {
    const options: JobsOptions = {
      jobId: jobId(job),
      priority: job.entry.priority,
      attempts,
      backoff: { type: 'exponential', delay: 1000 * backoff },
      // The record tells that it is done; the queue's memory then follows what is open.
      removeOnComplete: true,
      removeOnFail: false,
    };
    await this.#queue.add('clip', job, options);
  }

  /** Takes a clip out of the dead letters and queues it, as often as if it were new. False when it is not in there. */
  async retry(job: ClipJob): Promise<boolean> {
    const found = await this.#queue.getJob(jobId(job));
    if ((await found?.getState()) !== 'failed') return false;
    await found?.retry('failed', { resetAttemptsMade: true });
    return true;
  }

  /** Whether the queue knows nothing of the clip: it is done, or was lost. */
  async isUnknown(job: ClipJob): Promise<boolean> {
    return (await this.#queue.getJobState(jobId(job))) === 'unknown';
  }

  async openCount(): Promise<number> {
    return this.#queue.getJobCountByTypes(...OPEN);
  }

  /** Those in the dead letters: why each died, by its job's id. */
  async dead(): Promise<ReadonlyMap<string, { readonly message: string; readonly attempts: number }>> {
    const failed = (await this.#queue.getFailed()) as Job<ClipJob>[];
    return new Map(
      failed.map(({ id, failedReason, attemptsMade }) => [
        id!,
        { message: failedReason, attempts: attemptsMade },
      ]),
    );
  }

  async running(): Promise<readonly RunningClip[]> {
    const active = (await this.#queue.getActive()) as Job<ClipJob>[];
    return active.map(({ data, progress }) => ({
      name: data.entry.name,
      ...(typeof progress === 'object' && { progress: progress as RunningClip['progress'] & object }),
    }));
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }
}

/** `dancer.3f2a9c1d7b60`. */
export function jobId({ entry, key }: ClipJob): string {
  return stemOf(entry.name, key);
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
