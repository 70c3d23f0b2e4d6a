/** Seconds a stage was busy, by its name. */
export type StageSeconds = Readonly<Record<string, number>>;

/** Adds up how long each stage was at work. Stages overlap, so the sum exceeds the wall-clock time. */
export class StageClock {
  readonly #seconds = new Map<string, number>();

  async time<T>(stage: string, work: Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work;
    } finally {
      this.#seconds.set(stage, (this.#seconds.get(stage) ?? 0) + (performance.now() - start) / 1000);
    }
  }

  get seconds(): StageSeconds {
    return Object.fromEntries(this.#seconds);
  }
}
