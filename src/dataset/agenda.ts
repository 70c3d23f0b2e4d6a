/** One clip on the agenda. */
export interface Task<T> {
  readonly item: T;
  /** Attempts made before. */
  readonly attempts: number;
}

/**
 * What is left to do, for several lanes: items in order, then those that failed, each when its time has come. A lane that finds
 * nothing waits as long as another may still give something back.
 */
export class Agenda<T> {
  readonly #ready: Task<T>[];
  #next = 0;
  #later: { task: Task<T>; at: number }[] = [];
  #underWay = 0;
  #closed = false;
  #wake: (() => void)[] = [];

  constructor(items: readonly T[]) {
    this.#ready = items.map((item) => ({ item, attempts: 0 }));
  }

  /** The next task, which has to be given to `finish` or `retry`; undefined when there will be none. */
  async take(): Promise<Task<T> | undefined> {
    for (;;) {
      if (this.#closed) return undefined;
      const due = this.#due();
      if (due) {
        this.#underWay += 1;
        return due;
      }
      if (this.#later.length === 0 && this.#underWay === 0) return undefined;
      await this.#change();
    }
  }

  /** More to do, before what is not begun. For whoever has a task: with nothing under way lanes may have ended. */
  add(items: readonly T[]): void {
    this.#ready.splice(this.#next, 0, ...items.map((item) => ({ item, attempts: 0 })));
    this.#changed();
  }

  finish(): void {
    this.#underWay -= 1;
    this.#changed();
  }

  /** @param delay - seconds until it is tried again */
  retry(task: Task<T>, delay: number): void {
    this.#later.push({
      task: { item: task.item, attempts: task.attempts + 1 },
      at: performance.now() + 1000 * delay,
    });
    this.finish();
  }

  /** Gives out nothing more. */
  close(): void {
    this.#closed = true;
    this.#changed();
  }

  /** Those that failed go before those that were never tried: their retries should not all come at the end. */
  #due(): Task<T> | undefined {
    const now = performance.now();
    const at = this.#later.findIndex((entry) => entry.at <= now);
    if (at >= 0) return this.#later.splice(at, 1)[0]!.task;
    return this.#next < this.#ready.length ? this.#ready[this.#next++] : undefined;
  }

  /** Waits until another lane changes something, or a failed task's time comes. */
  async #change(): Promise<void> {
    const soonest = Math.min(...this.#later.map(({ at }) => at));
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake.push(resolve);
      if (soonest < Infinity) timer = setTimeout(resolve, Math.max(1, soonest - performance.now()));
    });
    clearTimeout(timer);
  }

  #changed(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}
