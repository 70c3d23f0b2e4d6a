import { describe, expect, it } from 'vitest';
import { MatteflowError } from '../../src/core/errors.js';
import { runOrRetreat } from '../../src/pipeline/retreat.js';

const failed = (): MatteflowError => new MatteflowError('ENGINE_FAILED', { what: 'the engine failed' });

/** Items are sizes; a run fails when they add up to more than fits. */
function given(fits: number, error = failed) {
  const done: number[][] = [];
  const retreats: string[] = [];
  const run = (batch: readonly number[]): Promise<void> => {
    if (batch.reduce((sum, size) => sum + size, 0) > fits) return Promise.reject(error());
    done.push([...batch]);
    return Promise.resolve();
  };
  const split = (size: number): number[] | undefined =>
    size > 1 ? [Math.ceil(size / 2), Math.floor(size / 2)] : undefined;
  const go = (batch: readonly number[]): Promise<void> =>
    runOrRetreat(batch, run, split, ({ code }) => retreats.push(code));
  return { done, retreats, go };
}

describe('runOrRetreat', () => {
  it('runs a batch that fits at once', async () => {
    const { done, retreats, go } = given(10);
    await go([3, 4]);
    expect(done).toEqual([[3, 4]]);
    expect(retreats).toEqual([]);
  });

  it('runs items alone, and halves those that are too large, in order', async () => {
    const { done, retreats, go } = given(3);
    await go([2, 7, 3]);
    expect(done).toEqual([[2], [2], [2], [3], [3]]);
    expect(retreats).toEqual(['ENGINE_FAILED']);
  });

  it('gives up with the engine’s error when the smallest piece fails too', async () => {
    const { done, go } = given(0);
    await expect(go([8])).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
    expect(done).toEqual([]);
  });

  it('does not retry what is no failure of the engine', async () => {
    const { done, retreats, go } = given(3, () => new MatteflowError('ABORTED', { what: 'interrupted' }));
    await expect(go([2, 2])).rejects.toMatchObject({ code: 'ABORTED' });
    expect([done, retreats]).toEqual([[], []]);
  });
});
