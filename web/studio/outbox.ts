import { call, Refusal } from './server.js';
import type { Edit } from './trimap-edit.js';

interface Letter {
  readonly number: number;
  readonly body: {
    readonly client: string;
    readonly folder: string;
    readonly painted: boolean;
    readonly runs: readonly number[];
  };
}

/** Milliseconds between attempts while the server does not answer. */
const RETRY = 1500;

/**
 * Edits on their way to the server, one after another in the order they were made. None is given up while the page is
 * open: what cannot be delivered waits.
 */
export class Outbox {
  /** Which page this is, for the server to tell the others. */
  readonly client: string = crypto.randomUUID();
  readonly #folder: string;
  readonly #letters: Letter[] = [];
  readonly #onChange: () => void;
  readonly #onRefusal: (message: string) => void;
  #idle: Promise<void> = Promise.resolve();
  #sending = false;

  /** @param folder - where keyframes go: a server that paints another clip by now refuses */
  constructor(folder: string, onChange: () => void, onRefusal: (message: string) => void) {
    this.#folder = folder;
    this.#onChange = onChange;
    this.#onRefusal = onRefusal;
  }

  /** Edits that are not on the server's disk. */
  get length(): number {
    return this.#letters.length;
  }

  /** Resolves when there are none. */
  get idle(): Promise<void> {
    return this.#idle;
  }

  has(number: number): boolean {
    return this.#letters.some((letter) => letter.number === number);
  }

  send(number: number, edit: Edit, painted: boolean): void {
    const runs = edit.flatMap(({ start, length, after }) => [start, length, after]);
    this.#letters.push({ number, body: { client: this.client, folder: this.#folder, painted, runs } });
    if (!this.#sending) this.#idle = this.#deliver();
    this.#onChange();
  }

  async #deliver(): Promise<void> {
    this.#sending = true;
    for (let letter = this.#letters[0]; letter; letter = this.#letters[0]) {
      try {
        await call(`/frames/${letter.number}/edit`, letter.body);
        this.#letters.shift();
      } catch (error) {
        await this.#failed(error);
      }
      this.#onChange();
    }
    this.#sending = false;
  }

  /** A server that is gone, restarted or out of disk may come round; one that finds the edit senseless will not. */
  async #failed(error: unknown): Promise<void> {
    if (error instanceof Refusal) this.#onRefusal(error.message);
    if (error instanceof Refusal && [400, 404, 413].includes(error.status)) this.#letters.shift();
    else await new Promise((resolve) => setTimeout(resolve, RETRY));
  }
}
