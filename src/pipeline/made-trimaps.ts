import { compiledUrl } from '../core/compiled.js';
import { ThreadPool } from '../core/thread.js';
import type { MadeTrimapSetup } from './made-trimap-worker.js';
import type { StageClock } from './stage-clock.js';
import type { ClipTrimaps } from './trimaps.js';

/**
 * Trimaps that are made of the frames themselves, on a thread of their own, as the frames come by.
 *
 * @throws as `readPlate` and `openTrimapNetwork`
 */
export async function openMadeTrimaps(
  setup: MadeTrimapSetup,
  clock: StageClock,
  signal: AbortSignal,
): Promise<ClipTrimaps> {
  const pool = new ThreadPool(compiledUrl('./made-trimap-worker.js', import.meta.url), {
    threads: 1,
    workerData: setup,
  });
  const close = async (): Promise<void> => {
    await pool.run('close', undefined);
    await pool.close();
  };
  try {
    await pool.run('open', undefined, { signal });
    return {
      fill: ({ memory }) => pool.run('fill', memory, { signal, busy: clock.counter('trimap') }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
