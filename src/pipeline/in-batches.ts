import { Observable, type OperatorFunction } from 'rxjs';
import type { FramePool } from '../core/frame-pool.js';

/** One item of a batch: a piece of `owner`'s work, `last` when no more of it follows. */
export interface BatchItem<F, W> {
  readonly owner: F;
  readonly work: W;
  readonly last: boolean;
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
 */
export function inBatches<F, W>(options: {
  readonly size: number;
  readonly sizeOf?: (work: W) => number;
  readonly alike?: (a: W, b: W) => boolean;
  readonly pool: Pick<FramePool, 'starved' | 'onStarved'>;
  readonly workOf: (owner: F) => readonly W[];
  readonly run: (batch: readonly BatchItem<F, W>[]) => Promise<void>;
}): OperatorFunction<F, F> {
  const { size, sizeOf = () => 1, alike = () => true } = options;

  /** How many of the pieces waiting go into the next batch, and whether waiting longer could add to it. */
  const nextBatch = (waiting: readonly BatchItem<F, W>[]): { count: number; full: boolean } => {
    let filled = 0;
    for (const [count, { work }] of waiting.entries()) {
      const fits = count === 0 || (filled + sizeOf(work) <= size && alike(waiting[0]!.work, work));
      if (!fits) return { count, full: true };
      filled += sizeOf(work);
    }
    return { count: waiting.length, full: filled >= size };
  };

  return (source) =>
    new Observable<F>((subscriber) => {
      /** Pieces not yet in a batch, oldest owner first. */
      const waiting: BatchItem<F, W>[] = [];
      /** Owners not yet passed on, oldest first, with the pieces they still miss. */
      const pending: { owner: F; missing: number }[] = [];
      let busy = false;
      let completed = false;

      const settle = (): void => {
        while (pending[0]?.missing === 0) subscriber.next(pending.shift()!.owner);
        if (completed && pending.length === 0) subscriber.complete();
      };

      const advance = (): void => {
        settle();
        if (busy || subscriber.closed || waiting.length === 0) return;
        const { count, full } = nextBatch(waiting);
        if (!full && !completed && !options.pool.starved) return;
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
            pieces.forEach((work, i) => waiting.push({ owner, work, last: i === pieces.length - 1 }));
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
