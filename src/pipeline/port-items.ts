import { once } from 'node:events';
import type { MessagePort, Transferable } from 'node:worker_threads';

/** What the receiving side says. */
type Request = 'next' | 'stop';

/** After the last item: a thread may sleep before the closing of its port is known at the other end. */
const END = null;

/**
 * Sends an iterable's items through a port, one for each request, so that a slow reader holds the sender back. Returns
 * when the items end or the reader has had enough; closes the port.
 *
 * @param items - is given a signal that fires when the reader stops
 * @param transferred - what of an item is moved, not copied
 */
export async function sendItems<T>(
  port: MessagePort,
  items: (signal: AbortSignal) => AsyncIterable<T>,
  transferred: (item: T) => Transferable[],
): Promise<void> {
  const controller = new AbortController();
  let requests = 0;
  const wake = new EventTarget();
  port.on('message', (request: Request) => {
    if (request === 'stop') controller.abort();
    else requests += 1;
    wake.dispatchEvent(new Event('request'));
  });
  try {
    for await (const item of items(controller.signal)) {
      while (requests === 0 && !controller.signal.aborted) await once(wake, 'request');
      if (controller.signal.aborted) return;
      requests -= 1;
      port.postMessage(item, transferred(item));
    }
  } finally {
    port.postMessage(END);
    port.close();
  }
}

/**
 * The items that `sendItems` sends from the other end, asked for one ahead. Leaving the loop stops the sender and waits
 * for it.
 *
 * @param sender - settles when the other end's `sendItems` has; its failure ends the items
 * @param signal - stops the sender even while an item is awaited
 */
export async function* receiveItems<T>(
  port: MessagePort,
  sender: Promise<unknown>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  const waiting: (T | typeof END)[] = [];
  const wake = new EventTarget();
  const receive = (item: T | typeof END): void => {
    waiting.push(item);
    wake.dispatchEvent(new Event('item'));
  };
  port.on('message', receive);
  // A thread that could not even begin says no last word.
  const ended = sender.then(
    () => undefined,
    () => receive(END),
  );
  const stop = (): void => port.postMessage('stop' satisfies Request);
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (signal.aborted) stop();
    port.postMessage('next' satisfies Request);
    for (;;) {
      while (waiting.length === 0) await once(wake, 'item');
      const item = waiting.shift() as T | typeof END;
      if (item === END) break;
      port.postMessage('next' satisfies Request);
      yield item;
    }
    await sender;
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
    await ended;
    port.close();
  }
}
