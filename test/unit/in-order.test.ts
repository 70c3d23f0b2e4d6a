import { lastValueFrom, of, Subject, tap, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { inOrder } from '../../src/pipeline/in-order.js';

describe('work in order', () => {
  it('begins at once with every item and gives results in the items’ order', async () => {
    const begun: number[] = [];
    const finish = new Map<number, () => void>();
    const items = new Subject<number>();
    const results = lastValueFrom(
      items.pipe(
        inOrder(async (item) => {
          begun.push(item);
          await new Promise<void>((resolve) => finish.set(item, resolve));
          return 10 * item;
        }),
        toArray(),
      ),
    );
    [1, 2, 3].forEach((item) => items.next(item));
    expect(begun).toEqual([1, 2, 3]);
    items.complete();
    [3, 1, 2].forEach((item) => finish.get(item)!());
    expect(await results).toEqual([10, 20, 30]);
  });

  it('fails with what failed, though it did so before its turn', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const passed: number[] = [];
    const all = of(1, 2, 3).pipe(
      inOrder(async (item) => {
        if (item === 2) throw new Error('two');
        await new Promise((resolve) => setTimeout(resolve, 20));
        return item;
      }),
      tap((item) => passed.push(item)),
    );
    await expect(lastValueFrom(all)).rejects.toThrow('two');
    process.off('unhandledRejection', note);
    expect(passed).toEqual([1]);
    expect(unhandled).toEqual([]);
  });
});
