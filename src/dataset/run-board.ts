import type { Progress } from '../pipeline/progress.js';

/** A clip being matted. */
export interface RunningClip {
  readonly name: string;
  /** What is being done, and how far it is; absent before the first word of it. */
  readonly progress?: Pick<Progress, 'phase' | 'frame' | 'frames'>;
}

/** How far a run is. */
export interface RunState {
  /** Clips of the manifest. */
  readonly clips: number;
  /** Finished; `kept` of them by runs before. */
  readonly done: number;
  readonly kept: number;
  /** In the dead letters. */
  readonly dead: number;
  readonly running: readonly RunningClip[];
  /** Seconds since the run began. */
  readonly seconds: number;
  /** By the clips that this run finished; Infinity until the first. */
  readonly secondsLeft: number;
}

/** Counts what a run does, and tells whoever shows it. */
export class RunBoard {
  readonly #clips: number;
  readonly #show: (state: RunState) => void;
  readonly #began: number = performance.now();
  readonly #running = new Map<string, RunningClip>();
  #done = 0;
  #kept = 0;
  #dead = 0;

  constructor(clips: number, show: (state: RunState) => void) {
    this.#clips = clips;
    this.#show = show;
  }

  get state(): RunState {
    const seconds = (performance.now() - this.#began) / 1000;
    const made = this.#done - this.#kept + this.#dead;
    const left = this.#clips - this.#done - this.#dead;
    return {
      ...{ clips: this.#clips, done: this.#done, kept: this.#kept, dead: this.#dead },
      running: [...this.#running.values()],
      seconds,
      secondsLeft: left === 0 ? 0 : made === 0 ? Infinity : (left * seconds) / made,
    };
  }

  started(name: string, progress?: RunningClip['progress']): void {
    this.#running.set(name, { name, ...(progress && { progress }) });
    this.#show(this.state);
  }

  /** Replaces all that is running, where somebody else keeps count of it. */
  show(running: readonly RunningClip[]): void {
    this.#running.clear();
    for (const clip of running) this.#running.set(clip.name, clip);
    this.#show(this.state);
  }

  /** The attempt is over; what comes of the clip is said separately. */
  stopped(name: string): void {
    this.#running.delete(name);
    this.#show(this.state);
  }

  /** @param kept - whether a run before had finished it */
  finished(kept: boolean): void {
    this.#done += 1;
    if (kept) this.#kept += 1;
    this.#show(this.state);
  }

  died(): void {
    this.#dead += 1;
    this.#show(this.state);
  }
}
