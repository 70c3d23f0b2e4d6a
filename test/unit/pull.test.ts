import { firstValueFrom, lastValueFrom, take, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { fromPull } from '../../src/core/pull.js';

describe('fromPull', () => {
  it('passes every item on and completes', async () => {
    const pull = fromPull(async function* () {
      for (const item of [1, 2, 3]) yield await Promise.resolve(item);
    });
    expect(await lastValueFrom(pull.items.pipe(toArray()))).toEqual([1, 2, 3]);
    await pull.closed();
  });

  it('returns the source as soon as the subscriber has what it wanted', async () => {
    const asked: number[] = [];
    const pull = fromPull(async function* () {
      for (let i = 0; ; i++) {
        asked.push(i);
        yield await Promise.resolve(i);
      }
    });
    expect(await firstValueFrom(pull.items.pipe(take(2), toArray()))).toEqual([0, 1]);
    await pull.closed();
    expect(asked).toEqual([0, 1]);
  });

  it('runs the finally of a source that is stalled when the subscriber leaves', async () => {
    let ended = false;
    const pull = fromPull(async function* (signal) {
      try {
        yield 1;
        await new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error('stop')));
        });
        yield 2;
      } finally {
        await new Promise((resolve) => setTimeout(resolve, 5));
        ended = true;
      }
    });
    const subscription = pull.items.subscribe();
    await new Promise((resolve) => setTimeout(resolve, 10));
    subscription.unsubscribe();
    await pull.closed();
    expect(ended).toBe(true);
  });

  it('hands an item that comes too late to discard', async () => {
    const discarded: number[] = [];
    let deliver!: () => void;
    const late = new Promise<void>((resolve) => (deliver = resolve));
    const pull = fromPull(
      async function* () {
        await late;
        yield 7;
      },
      (item) => discarded.push(item),
    );
    pull.items.subscribe().unsubscribe();
    deliver();
    await pull.closed();
    expect(discarded).toEqual([7]);
  });

  it('passes the source’s error on', async () => {
    const pull = fromPull<number>(async function* () {
      await Promise.resolve();
      throw new Error('broken');
    });
    await expect(lastValueFrom(pull.items)).rejects.toThrow('broken');
  });
});
