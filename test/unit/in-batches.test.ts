import { from, lastValueFrom, Subject, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { inBatches, type BatchItem } from '../../src/pipeline/in-batches.js';

interface Owner {
  readonly name: string;
  readonly work: readonly number[];
}

const owners: readonly Owner[] = [
  { name: 'a', work: [1, 2, 3] },
  { name: 'b', work: [] },
  { name: 'c', work: [4] },
  { name: 'd', work: [5, 6, 7, 8] },
];

/** A pool whose hunger the test decides. */
function fakePool(starved: boolean) {
  const listeners = new Set<() => void>();
  return {
    starved,
    onStarved(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    starve(): void {
      this.starved = true;
      for (const listener of listeners) listener();
    },
    listeners,
  };
}

function recorder() {
  const batches: number[][] = [];
  const run = (batch: readonly BatchItem<Owner, number>[]): Promise<void> => {
    batches.push(batch.map((item) => item.work));
    return new Promise((resolve) => setImmediate(resolve));
  };
  return { batches, run };
}

describe('inBatches', () => {
  it('fills batches across owners and passes owners on in order', async () => {
    const { batches, run } = recorder();
    const out = await lastValueFrom(
      from(owners).pipe(
        inBatches({ size: 3, pool: fakePool(false), workOf: (o: Owner) => o.work, run }),
        toArray(),
      ),
    );
    expect(out.map((o) => o.name)).toEqual(['a', 'b', 'c', 'd']);
    expect(batches).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8],
    ]);
  });

  it('fills a batch by size and keeps pieces apart that are not alike', async () => {
    const { batches, run } = recorder();
    await lastValueFrom(
      from(owners).pipe(
        inBatches({
          size: 9,
          sizeOf: (work) => work,
          alike: (a, b) => a % 2 === b % 2 || a + b < 6,
          pool: fakePool(false),
          workOf: (o: Owner) => o.work,
          run,
        }),
      ),
    );
    expect(batches).toEqual([[1, 2, 3], [4], [5], [6], [7], [8]]);
  });

  it('marks the last piece of each owner', async () => {
    const lasts: number[] = [];
    const run = (batch: readonly BatchItem<Owner, number>[]): Promise<void> => {
      lasts.push(...batch.filter((item) => item.last).map((item) => item.work));
      return Promise.resolve();
    };
    await lastValueFrom(
      from(owners).pipe(inBatches({ size: 2, pool: fakePool(false), workOf: (o: Owner) => o.work, run })),
    );
    expect(lasts).toEqual([3, 4, 8]);
  });

  it('waits for a full batch until the pool starves, then runs what it has', async () => {
    const { batches, run } = recorder();
    const pool = fakePool(false);
    const source = new Subject<Owner>();
    const done: string[] = [];
    source
      .pipe(inBatches({ size: 4, pool, workOf: (o: Owner) => o.work, run }))
      .subscribe((o) => done.push(o.name));
    source.next(owners[2]!);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(batches).toEqual([]);
    pool.starve();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(batches).toEqual([[4]]);
    expect(done).toEqual(['c']);
  });

  it('never runs two batches at once', async () => {
    let running = 0;
    let most = 0;
    const run = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running -= 1;
    };
    await lastValueFrom(
      from(owners).pipe(inBatches({ size: 1, pool: fakePool(true), workOf: (o: Owner) => o.work, run })),
    );
    expect(most).toBe(1);
  });

  it('passes errors on and leaves the pool alone afterwards', async () => {
    const pool = fakePool(true);
    const run = (): Promise<void> => Promise.reject(new Error('out of memory'));
    const result = lastValueFrom(
      from(owners).pipe(inBatches({ size: 2, pool, workOf: (o: Owner) => o.work, run })),
    );
    await expect(result).rejects.toThrow('out of memory');
    expect(pool.listeners.size).toBe(0);
  });

  it('lets owners alone say where a batch ends, whatever the pace and the pool', async () => {
    const { batches, run } = recorder();
    const out = await lastValueFrom(
      from(owners).pipe(
        inBatches({
          size: 4,
          pool: fakePool(true),
          workOf: (o: Owner) => o.work,
          endsBatch: ({ name }) => name === 'b' || name === 'c',
          run,
        }),
        toArray(),
      ),
    );
    expect(out.map((o) => o.name)).toEqual(['a', 'b', 'c', 'd']);
    expect(batches).toEqual([[1, 2, 3], [4], [5, 6, 7, 8]]);
  });
});
