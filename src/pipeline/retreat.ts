import { MatteflowError } from '../core/errors.js';

/**
 * Runs a batch; if the engine fails on it, runs its items one by one, and an item it fails on alone in smaller pieces.
 * Engines do not say in a way a program can rely on that memory ran out, so every failure is met like that: if it was
 * another, the smallest piece fails too, after a few more attempts, and its error is the one that is thrown.
 *
 * @param run - leaves nothing behind when it fails
 * @param split - an item in two or more smaller ones that together do its work; undefined when it is as small as can be
 * @param onRetreat - is told of the first failure
 */
export async function runOrRetreat<I>(
  batch: readonly I[],
  run: (batch: readonly I[]) => Promise<void>,
  split: (item: I) => readonly I[] | undefined,
  onRetreat: (error: MatteflowError) => void,
): Promise<void> {
  try {
    await run(batch);
  } catch (error) {
    if (!(error instanceof MatteflowError) || error.code !== 'ENGINE_FAILED') throw error;
    const pieces = batch.length > 1 ? batch : split(batch[0]!);
    if (!pieces) throw error;
    onRetreat(error);
    for (const piece of pieces) await runOrRetreat([piece], run, split, () => undefined);
  }
}
