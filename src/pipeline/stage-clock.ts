/** Seconds a stage was busy, by its name. */
export type StageSeconds = Readonly<Record<string, number>>;

/** Adds up how long each stage was at work. Stages overlap, so the sum exceeds the wall-clock time. */
export class StageClock {
  readonly #seconds = new Map<string, number>();

  /** A way to add to one stage's seconds. */
  counter(stage: string): (seconds: number) => void {
    return (seconds) => this.#seconds.set(stage, (this.#seconds.get(stage) ?? 0) + seconds);
  }

  get seconds(): StageSeconds {
    return Object.fromEntries(this.#seconds);
  }
}
