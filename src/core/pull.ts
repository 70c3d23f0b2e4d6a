import { Observable } from 'rxjs';

/** An Observable over something pulled, and the moment its source has really ended. */
export interface Pull<T> {
  readonly items: Observable<T>;
  /** Settles, never rejects, once the iterator's own `finally` has run (at once if it was never subscribed). */
  readonly closed: () => Promise<void>;
}

/**
 * Turns an async iterable into an Observable whose teardown ends the source: unsubscribing aborts the signal given to
 * `open` and then returns the iterator, so a source stalled on I/O still gets to run its `finally`.
 * There is no queue here: the next item is asked for when the subscriber's `next` has returned.
 * What limits the items in flight is the frame pool the source draws from. Single use.
 *
 * @param discard - takes an item that arrived after the subscriber had left (releases a frame, say)
 */
export function fromPull<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  discard?: (item: T) => void,
): Pull<T> {
  let ended: Promise<void> = Promise.resolve();
  const items = new Observable<T>((subscriber) => {
    const controller = new AbortController();
    const pump = async (): Promise<void> => {
      try {
        for await (const item of open(controller.signal)) {
          if (subscriber.closed) {
            discard?.(item);
            return;
          }
          subscriber.next(item);
          // What `next` has just made the subscriber leave must not be asked for more.
          if (isClosed(subscriber)) return;
        }
        subscriber.complete();
      } catch (error) {
        subscriber.error(error);
      }
    };
    ended = pump();
    return () => controller.abort();
  });
  return { items, closed: () => ended };
}

/** Read through a call: the compiler would take `closed` for unchanged since the check above. */
function isClosed(subscriber: { readonly closed: boolean }): boolean {
  return subscriber.closed;
}
