import { setTimeout } from 'node:timers/promises';
import { aborted, MatteflowError } from '../core/errors.js';
import { roomOn } from '../output/disk-full.js';

/** Seconds between two looks at the disk. */
const PAUSE = 1;

/** Room beyond what there was at the least, bytes. */
const MORE = 2 ** 20;

/**
 * Does work that can be begun again, and when the disk is full waits for room and begins it again: until there is twice
 * the room that giving up what was begun has left.
 *
 * @param folder - on the disk
 * @param rest - gives up what was begun, before the wait
 * @throws what `work` throws, but for `DISK_FULL`; `ABORTED`
 */
export async function whileThereIsRoom<T>(
  folder: string,
  work: () => Promise<T>,
  rest: () => Promise<void>,
  { signal, onNotice }: { signal: AbortSignal; onNotice?: ((notice: string) => void) | undefined },
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof MatteflowError) || error.code !== 'DISK_FULL') throw error;
      await rest();
      const needed = 2 * (await roomOn(folder)) + MORE;
      onNotice?.(
        `The disk of ${folder} is full: the run has paused. What is finished is kept. It goes on by itself once` +
          ` ${megabytes(needed)} MB are free; or stop it, make room, and run it again with --resume.`,
      );
      while ((await roomOn(folder)) < needed) await pause(signal);
      onNotice?.('There is room again: the run goes on.');
    }
  }
}

async function pause(signal: AbortSignal): Promise<void> {
  await setTimeout(1000 * PAUSE, undefined, { signal }).catch((cause: unknown) => {
    throw aborted(cause);
  });
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6);
}
