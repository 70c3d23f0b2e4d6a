import type { RunningClip } from '../run-board.js';
import { ClipQueue } from './clip-queue.js';
import { openRedis } from './connection.js';

/** A queue as Redis has it. */
export interface QueueStatus {
  /** Jobs that are not done, those being matted among them. */
  readonly open: number;
  readonly running: readonly RunningClip[];
  /** The dead letters. */
  readonly dead: readonly { readonly clip: string; readonly message: string; readonly attempts: number }[];
}

/** @throws `TOOL_MISSING` when Redis does not answer; `USAGE` */
export async function readQueueStatus(url: string, name: string): Promise<QueueStatus> {
  const redis = await openRedis(url);
  const queue = new ClipQueue(redis, name);
  try {
    const dead = [...(await queue.dead())].map(([clip, why]) => ({ clip, ...why }));
    return { open: await queue.openCount(), running: await queue.running(), dead };
  } finally {
    await queue.close();
    redis.disconnect();
  }
}
