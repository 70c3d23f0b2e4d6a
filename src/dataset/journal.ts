import { open, readFile, type FileHandle } from 'node:fs/promises';
import { MatteflowError, type ErrorCode } from '../core/errors.js';

/** Why an attempt failed. */
export interface ClipFailure {
  /** Absent for what was no MatteflowError, or came through a queue, which keeps the message alone. */
  readonly code?: ErrorCode;
  readonly message: string;
}

/** One thing that happened. A line of the journal, with the time it was written. */
export type JournalEvent =
  | { readonly event: 'run'; readonly clips: number; readonly executor: 'local' | 'queue' }
  /** The clip belongs to the run, under this key. Unreadable clips have none. */
  | { readonly event: 'planned'; readonly name: string; readonly key?: string }
  | { readonly event: 'queued'; readonly name: string; readonly key: string }
  | {
      readonly event: 'started';
      readonly name: string;
      readonly key: string;
      readonly attempt: number;
      readonly part?: number;
    }
  | { readonly event: 'done'; readonly name: string; readonly key: string }
  | {
      readonly event: 'failed' | 'dead';
      readonly name: string;
      readonly key?: string;
      readonly attempt: number;
      /** Of a clip that is matted in parts: which it was, from 0. */
      readonly part?: number;
      readonly error: ClipFailure;
    };

/**
 * What happened to a data set, one JSON object a line. `append` returns when the line is on the disk; lines that come
 * while one is written go down together. A line that a crash tore off is dropped when the journal is next opened.
 */
export class Journal {
  readonly #file: FileHandle;
  #waiting: string[] = [];
  #writing: Promise<void> | undefined;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** @throws `OUTPUT_UNWRITABLE` */
  static async open(path: string): Promise<Journal> {
    try {
      const file = await open(path, 'a+');
      const whole = (await file.readFile()).lastIndexOf('\n') + 1;
      await file.truncate(whole);
      return new Journal(file);
    } catch (cause) {
      throw new MatteflowError('OUTPUT_UNWRITABLE', {
        what: 'the journal cannot be written',
        subject: path,
        cause,
      });
    }
  }

  async append(event: JournalEvent): Promise<void> {
    this.note(event);
    // The first round may be one that took its lines before this one came.
    while (this.#waiting.length > 0 || this.#writing) await (this.#writing ??= this.#flush());
  }

  /** Leaves the event to be written with the next that is appended: what can be found out anew need not wait. */
  note(event: JournalEvent): void {
    this.#waiting.push(`${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`);
  }

  async close(): Promise<void> {
    try {
      while (this.#waiting.length > 0 || this.#writing) await (this.#writing ??= this.#flush());
    } finally {
      await this.#file.close();
    }
  }

  async #flush(): Promise<void> {
    const lines = this.#waiting.join('');
    this.#waiting = [];
    try {
      await this.#file.appendFile(lines);
      await this.#file.datasync();
    } finally {
      this.#writing = undefined;
    }
  }
}

/** A line as it was read back. */
export type JournalLine = JournalEvent & { readonly at: string };

/** Everything a journal says, oldest first; nothing where there is none. Lines that are no JSON were torn by a crash. */
export async function readJournal(path: string): Promise<readonly JournalLine[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as JournalLine];
    } catch {
      return [];
    }
  });
}
