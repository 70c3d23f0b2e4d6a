import { concatMap, map, Subject, timer, type Subscription } from 'rxjs';

/** Pictures whose latency tells what the next ones' will be: two or three seconds. */
const WINDOW = 31;
/** Share of pictures that are to be ready in time: for the slowest ones all would have to wait. */
const IN_TIME = 0.75;
/** Milliseconds after which most of a change has been made: sound must be able to follow. */
const INERTIA = 2000;

/** How late pictures are to leave, by how late the last ones were ready. */
export class Pace {
  #latencies: number[] = [];
  #changed = 0;
  #latency = 0;

  /**
   * One more picture is ready.
   *
   * @param now - milliseconds
   * @param latency - of this picture, milliseconds
   * @returns the latency to leave with, milliseconds
   */
  next(now: number, latency: number): number {
    this.#latencies.push(latency);
    if (this.#latencies.length > WINDOW) this.#latencies.shift();
    const sorted = [...this.#latencies].sort((a, b) => a - b);
    const usual = sorted[Math.floor(IN_TIME * sorted.length)]!;
    // Of a few pictures it means little: nothing that it was should last.
    const isNew = this.#latencies.length < WINDOW;
    this.#latency += (usual - this.#latency) * (isNew ? 1 : 1 - Math.exp((this.#changed - now) / INERTIA));
    this.#changed = now;
    return this.#latency;
  }
}

/**
 * Lets a session's pictures leave at an even pace. Some are ready sooner than others: those whose alpha is only moved, or
 * that hardly changed. Shown as they come they would judder, and sound could fit only some of them; so they wait until
 * they are as old as most are when they are ready. Those that are later than that leave at once, and none overtakes
 * another.
 */
export class Pacer<T> {
  readonly #ready = new Subject<{ readonly item: T; readonly due: number }>();
  readonly #pace = new Pace();
  readonly #leaving: Subscription;

  /** @param leave - takes each at its time */
  constructor(leave: (item: T) => void) {
    const paced$ = this.#ready.pipe(
      concatMap(({ item, due }) => timer(Math.max(0, due - performance.now())).pipe(map(() => item))),
    );
    this.#leaving = paced$.subscribe(leave);
  }

  /** @param arrived - when the picture's frame came, `performance.now()` */
  take(item: T, arrived: number): void {
    const now = performance.now();
    this.#ready.next({ item, due: arrived + this.#pace.next(now, now - arrived) });
  }

  /** None leaves any more. */
  close(): void {
    this.#leaving.unsubscribe();
  }
}
