import { concatMap, map, type OperatorFunction } from 'rxjs';

/**
 * Begins work on every item as it comes, several at once; results leave in the items' order. How many are under way is
 * bounded by where the items come from, the frame pool.
 */
export function inOrder<I, T>(run: (item: I) => Promise<T>): OperatorFunction<I, T> {
  return (source) =>
    source.pipe(
      map((item) => {
        const result = run(item);
        // One that fails before its turn is not unhandled: its turn reports it.
        result.catch(() => undefined);
        return result;
      }),
      concatMap((result) => result),
    );
}
