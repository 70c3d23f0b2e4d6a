import { Observable, type OperatorFunction } from 'rxjs';
import type { FramePool } from '../core/frame-pool.js';

/** One item of a batch: a piece of `owner`'s work, `last` when no more of it follows. */
export interface BatchItem<F, W> {
  readonly owner: F;
  readonly work: W;
  readonly last: boolean;
}

/** An item and how many batches had to end before it came. */
interface Waiting<F, W> extends BatchItem<F, W> {
  readonly round: number;
}

/**
 * Runs the work of successive owners (a frame's tiles) in batches that mix owners, one batch at a time, and passes each
 * owner on, in order, when its last piece is done. An owner without work waits for those before it.
 *
 * A batch is taken when the runner is idle. It is full, or it is all there will be: the source has completed, or the
 * frame pool is starved, so nothing more can come until an owner leaves. That is why in-order release never deadlocks.
 *
 * @param size - what a batch holds at most, in the unit of `sizeOf`; a piece larger than that is a batch of its own
 * @param sizeOf - a piece's size; 1 unless told
 * @param alike - whether two pieces may share a batch; any two unless told
 * @param endsBatch - whether no later owner's work may share a batch with this one's. Given, it alone ends a batch that
 *   is not full, so that what shares a batch follows from the owners and not from the pace: the pool has to hold all
 *   owners up to the next that ends one
 */
export function inBatches<F, W>(options: {
  readonly size: number;
  readonly sizeOf?: (work: W) => number;
  readonly alike?: (a: W, b: W) => boolean;
  readonly endsBatch?: ((owner: F) => boolean) | undefined;
  readonly pool: Pick<FramePool, 'starved' | 'onStarved'>;
  readonly workOf: (owner: F) => readonly W[];
  readonly run: (batch: readonly BatchItem<F, W>[]) => Promise<void>;
}): OperatorFunction<F, F> {
  const { size, sizeOf = () => 1, alike = () => true, endsBatch } = options;

  /** How many of the pieces waiting go into the next batch, and whether waiting longer could add to it. */
  const nextBatch = (
    waiting: readonly Waiting<F, W>[],
    roundNow: number,
  ): { count: number; full: boolean } => {
    const first = waiting[0]!;
    let filled = 0;
    for (const [count, { work, round }] of waiting.entries()) {
      const fits =
        count === 0 || (round === first.round && filled + sizeOf(work) <= size && alike(first.work, work));
      if (!fits) return { count, full: true };
      filled += sizeOf(work);
    }
    return { count: waiting.length, full: filled >= size || first.round < roundNow };
  };

  return (source) =>
    new Observable<F>((subscriber) => {
      /** Pieces not yet in a batch, oldest owner first. */
      const waiting: Waiting<F, W>[] = [];
      /** Owners not yet passed on, oldest first, with the pieces they still miss. */
      const pending: { owner: F; missing: number }[] = [];
      /** Owners so far that end a batch. */
      let round = 0;
      let busy = false;
      let completed = false;

      const settle = (): void => {
        while (pending[0]?.missing === 0) subscriber.next(pending.shift()!.owner);
        if (completed && pending.length === 0) subscriber.complete();
      };

      const advance = (): void => {
        settle();
        if (busy || subscriber.closed || waiting.length === 0) return;
        const { count, full } = nextBatch(waiting, round);
        const starved = !endsBatch && options.pool.starved;
        if (!full && !completed && !starved) return;
        busy = true;
        const batch = waiting.splice(0, count);
        options.run(batch).then(
          () => {
            for (const { owner } of batch) pending.find((entry) => entry.owner === owner)!.missing -= 1;
            busy = false;
            advance();
          },
          (error: unknown) => subscriber.error(error),
        );
      };

      subscriber.add(options.pool.onStarved(advance));
      subscriber.add(
        source.subscribe({
          next: (owner) => {
            const pieces = options.workOf(owner);
            pending.push({ owner, missing: pieces.length });
            pieces.forEach((work, i) => waiting.push({ owner, work, last: i === pieces.length - 1, round }));
            if (endsBatch?.(owner)) round += 1;
            advance();
          },
          error: (error: unknown) => subscriber.error(error),
          complete: () => {
            completed = true;
            advance();
          },
        }),
      );
    });
}
