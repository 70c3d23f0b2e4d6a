import { open, readFile, type FileHandle } from 'node:fs/promises';
import { asError, MatteflowError } from '../../core/errors.js';
import type { Trial } from './trials.js';

export const CHOICES = ['left', 'right', 'unsure'] as const;
export type Choice = (typeof CHOICES)[number];

/** One answer. It repeats what was asked, so that the file can be evaluated alone. */
export interface Vote extends Omit<Trial, 'id'> {
  readonly trial: string;
  /** As the observer gave it; may be empty. */
  readonly observer: string;
  readonly choice: Choice;
  /** From both pictures being visible to the answer. */
  readonly seconds: number;
  /** ISO 8601. */
  readonly time: string;
}

/**
 * The votes of a file, oldest first; none when there is no file. An unfinished last line, which a crash leaves, does not
 * count.
 *
 * @throws MatteflowError `INPUT_DAMAGED` when another line is no vote
 */
export async function readVotes(path: string): Promise<Vote[]> {
  return parseVotes(await contentOf(path), path).votes;
}

/** A study's votes: each is safely on the disk before it counts. */
export class VotesFile {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #votes: Vote[];
  #last: Promise<unknown> = Promise.resolve();

  private constructor(path: string, file: FileHandle, votes: Vote[]) {
    this.#path = path;
    this.#file = file;
    this.#votes = votes;
  }

  /**
   * Opens the file, or makes it. An unfinished last line is cut off.
   *
   * @throws MatteflowError `INPUT_DAMAGED`, `OUTPUT_UNWRITABLE`
   */
  static async open(path: string): Promise<VotesFile> {
    const content = await contentOf(path);
    const { votes, bytes } = parseVotes(content, path);
    const file = await open(path, 'a').catch((cause: unknown) => {
      throw unwritable(path, cause);
    });
    if (bytes < content.length) await file.truncate(bytes);
    return new VotesFile(path, file, votes);
  }

  /** All votes so far, oldest first. */
  get votes(): readonly Vote[] {
    return this.#votes;
  }

  /**
   * Adds a vote; one after another, however many are under way.
   *
   * @throws MatteflowError `OUTPUT_UNWRITABLE`: the vote is not counted
   */
  append(vote: Vote): Promise<void> {
    const written = this.#last.then(() => this.#write(vote));
    this.#last = written.catch(() => undefined);
    return written;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file.close();
  }

  async #write(vote: Vote): Promise<void> {
    const { size } = await this.#file.stat();
    try {
      await this.#file.appendFile(`${JSON.stringify(vote)}\n`);
      await this.#file.datasync();
    } catch (cause) {
      // Half a line must not run into the next one.
      await this.#file.truncate(size).catch(() => undefined);
      throw unwritable(this.#path, cause);
    }
    this.#votes.push(vote);
  }
}

async function contentOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw new MatteflowError('INPUT_DAMAGED', {
      what: 'the votes cannot be read',
      seen: asError(cause).message,
      subject: path,
      cause,
    });
  }
}

/** The votes, and how many bytes at the start of the file they fill. */
function parseVotes(content: Buffer, path: string): { votes: Vote[]; bytes: number } {
  // What follows the last line feed was never acknowledged.
  const bytes = content.lastIndexOf('\n') + 1;
  const lines = content.subarray(0, bytes).toString('utf8').split('\n').slice(0, -1);
  const votes = lines.map((line, index) => parseVote(line) ?? damagedLine(path, index + 1, line));
  return { votes, bytes };
}

function parseVote(line: string): Vote | undefined {
  try {
    const vote = JSON.parse(line) as Partial<Vote> | null;
    const texts = [vote?.trial, vote?.observer, vote?.picture, vote?.background, vote?.left, vote?.right];
    if (!texts.every((text) => typeof text === 'string')) return undefined;
    return CHOICES.includes(vote!.choice!) ? (vote as Vote) : undefined;
  } catch {
    return undefined;
  }
}

function damagedLine(path: string, number: number, line: string): never {
  throw new MatteflowError('INPUT_DAMAGED', {
    what: `line ${number} is not a vote`,
    seen: JSON.stringify(line.slice(0, 60)),
    remedy: 'Take the line out, or bring the file back from a copy',
    subject: path,
  });
}

function unwritable(path: string, cause: unknown): MatteflowError {
  return new MatteflowError('OUTPUT_UNWRITABLE', {
    what: 'the votes cannot be written',
    seen: asError(cause).message,
    remedy: 'Make the folder writable, on a disk with room',
    subject: path,
    cause,
  });
}
