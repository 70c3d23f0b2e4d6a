/**
 * The items of several iterables as they come, `atOnce` of them running at a time and each asked for its next item only
 * when the last was taken. Leaving the loop ends those that have begun.
 *
 * @param sources - each is given a signal that fires when the loop is left, even while its next item is awaited
 */
export async function* mergeItems<T>(
  sources: readonly ((left: AbortSignal) => AsyncGenerator<T>)[],
  atOnce: number,
): AsyncGenerator<T> {
  const controller = new AbortController();
  const waiting = [...sources];
  const running = new Map<AsyncGenerator<T>, Promise<readonly [AsyncGenerator<T>, IteratorResult<T>]>>();
  const ask = (source: AsyncGenerator<T>): void => {
    const asked = source.next().then((result) => [source, result] as const);
    // A failure is seen when its turn comes; until then it is not unhandled.
    asked.catch(() => undefined);
    running.set(source, asked);
  };
  try {
    for (;;) {
      while (running.size < atOnce && waiting.length > 0) ask(waiting.shift()!(controller.signal));
      if (running.size === 0) return;
      const [source, { done, value }] = await Promise.race(running.values());
      if (done === true) {
        running.delete(source);
        continue;
      }
      ask(source);
      yield value as T;
    }
  } finally {
    controller.abort();
    await Promise.allSettled([...running.keys()].map((source) => source.return(undefined)));
  }
}
