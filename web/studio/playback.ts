import type { ClipFacts } from './server.js';

/** Frames that are fetched before they are due. */
const AHEAD = 4;

/** The page that plays. */
export interface PlayedPage {
  readonly clip: ClipFacts;
  readonly current: number;
  /** Frames from the first on that can be had without waiting. */
  readonly ready: number;
  /** Fetches all that is to be seen of a frame. */
  load(number: number): Promise<void>;
  /** @param playing - false: it stays, and is worth its full size and a matte */
  display(number: number, playing: boolean): Promise<void>;
  say(error: unknown): void;
}

/** Shows frame after frame, none left out: at the clip's rate, or as fast as they arrive. */
export class Playback {
  readonly #page: PlayedPage;
  /** What plays now: a run that was stopped finds another, or none. */
  #run: object | undefined;

  constructor(page: PlayedPage) {
    this.#page = page;
  }

  isPlaying(): boolean {
    return this.#run !== undefined;
  }

  stop(): void {
    this.#run = undefined;
  }

  /** Plays from the current frame to the last, from the first if it is the last; or stops. */
  async toggle(): Promise<void> {
    if (this.isPlaying()) {
      this.stop();
      return;
    }
    const page = this.#page;
    const run = (this.#run = {});
    try {
      await this.#play(run);
    } catch (error) {
      page.say(error);
    }
    // Somebody may have begun anew, or gone elsewhere.
    if (this.#run === run) this.stop();
    if (!this.isPlaying()) await page.display(page.current, false);
  }

  async #play(run: object): Promise<void> {
    const page = this.#page;
    const { first, count, fps } = page.clip;
    const last = first + count - 1;
    let due = performance.now();
    for (let number = page.current < last ? page.current + 1 : first; number <= last; number++) {
      const end = Math.min(number + AHEAD, first + page.ready - 1);
      // What cannot be fetched is said when its turn comes.
      for (let n = number + 1; n <= end; n++) void page.load(n).catch(() => undefined);
      await page.load(number);
      due = Math.max(due + 1000 / fps, performance.now());
      await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
      if (this.#run !== run) return;
      await page.display(number, true);
    }
  }
}
