import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Closer } from '../core/closers.js';
import { contentHash } from '../core/content-hash.js';
import { asError, MatteflowError } from '../core/errors.js';
import { publishFiles } from '../output/publish-files.js';
import type { SegmentStore } from '../output/segment-sink.js';
import type { Segment } from '../output/segment.js';
import { lockOutput } from './journal-lock.js';
import { differences, type RunIdentity } from './run-identity.js';
import { isSound, type SegmentRecord } from './segment-folder.js';

/** What is known of a finished segment: a file beside it, which has its number for a name. */
type SegmentFile = Omit<SegmentRecord, 'number'>;

/** The file that has been joined and was about to get the output's name. */
interface JoinedRecord {
  /** The file's or folder's number on its disk, which a new name does not change. */
  readonly inode: number;
}

const RUN = 'run.json';
const LOCK = 'lock';
const JOINED = 'joined.json';
const TRIMAPS = 'trimaps';
const REPORT = 'report';
const RECORD = /^\d{6,}\.json$/;

export interface JournalOptions {
  /** The output's name. */
  readonly output: string;
  readonly identity: RunIdentity;
  readonly segments: readonly Segment[];
  /** Go on with what an earlier run has left. */
  readonly resume: boolean;
  /** Throw away what an earlier run has left. */
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
  readonly onNotice?: ((notice: string) => void) | undefined;
}

/**
 * What a long run leaves beside its output, so that it can be gone on with: a folder with the finished segments, a
 * record of each, and what the run depends on. Each file appears complete; nothing in it is ever changed.
 */
export class Journal implements SegmentStore {
  readonly folder: string;
  readonly segments: readonly Segment[];
  /** Where the run keeps its propagated trimaps. */
  readonly trimapFolder: string;
  readonly #records: Map<Segment, SegmentFile>;
  readonly #unlock: Closer;

  private constructor(
    folder: string,
    segments: readonly Segment[],
    records: Map<Segment, SegmentFile>,
    unlock: Closer,
  ) {
    this.folder = folder;
    this.trimapFolder = join(folder, TRIMAPS);
    this.segments = segments;
    this.#records = records;
    this.#unlock = unlock;
  }

  /**
   * Opens an output's journal, or begins one, for this process alone. Segments that are not what their record says are
   * removed, with a notice.
   *
   * @throws MatteflowError `OUTPUT_BUSY`; `JOURNAL_EXISTS` when there is one and neither `resume` nor `overwrite` says
   *   what to do; `JOURNAL_DIFFERS` when it is of a run on something else; `OUTPUT_UNWRITABLE`; `ABORTED`
   */
  static async open(options: JournalOptions): Promise<Journal> {
    const { output, identity, segments, overwrite, resume, onNotice } = options;
    const folder = journalFolder(output);
    await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
      throw unwritable(output, cause);
    });
    const unlock = await lockOutput(join(folder, LOCK), output);
    try {
      const before = await readRecord<RunIdentity>(join(folder, RUN));
      const begun = before !== undefined && (await readdir(folder)).some((name) => RECORD.test(name));
      if (begun && resume) requireSame(before, identity, output);
      else if (begun && !overwrite) throw leftBehind(output);
      const goesOn = begun ? resume : before !== undefined && differences(before, identity).length === 0;
      // What a writer did not finish is hidden.
      await clear(folder, (name) => goesOn && !name.startsWith('.'));
      if (!goesOn) await writeRecord(join(folder, RUN), identity);
      if (resume && !begun) onNotice?.('There is nothing to resume: the run begins at its first frame.');
      const records = await soundSegments(folder, options);
      return new Journal(folder, segments, records, unlock);
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  /** Segments that are not finished, in order. */
  get missing(): Segment[] {
    return this.segments.filter((segment) => !this.#records.has(segment));
  }

  ticksOf(segment: Segment): number | undefined {
    return this.#records.get(segment)?.ticks;
  }

  async keep(segment: Segment, name: string, ticks: number): Promise<void> {
    const record = { name, ticks, sha256: await contentHash(join(this.folder, name)) };
    await writeRecord(recordPath(this.folder, segment), record);
    this.#records.set(segment, record);
  }

  async joined(temporary: string): Promise<void> {
    const { ino: inode } = await stat(temporary);
    await writeRecord(join(this.folder, JOINED), { inode } satisfies JoinedRecord);
  }

  /** Leaves the journal for a later run, if there is anything to go on with. Once the output is there it is removed. */
  async close(finished: boolean): Promise<void> {
    if (finished || this.#records.size === 0) await removeJournal(this.folder);
    else await this.#unlock();
  }
}

/** What says that the output is there goes last. */
async function removeJournal(folder: string): Promise<void> {
  await clear(folder, (name) => name === JOINED);
  await rm(folder, { recursive: true });
}

/** Where a journalled run of an output keeps what its report will tell. */
export function reportFolder(output: string): string {
  return join(journalFolder(output), REPORT);
}

/** Where an output's journal is. */
function journalFolder(output: string): string {
  return `${resolve(output)}.journal`;
}

/** Whether a run was stopped after it had given its output its name: its journal is there, and nothing is to be made. */
export async function isPublished(output: string): Promise<boolean> {
  const joined = await readRecord<JoinedRecord>(join(journalFolder(output), JOINED));
  const inode = await stat(output).then(
    ({ ino }) => ino,
    () => undefined,
  );
  return joined !== undefined && inode === joined.inode;
}

/** Removes the journal of a run whose output `isPublished`. */
export function removePublished(output: string): Promise<void> {
  return removeJournal(journalFolder(output));
}

function recordPath(folder: string, { number }: Segment): string {
  return join(folder, `${String(number).padStart(6, '0')}.json`);
}

/** The records of the segments that are there and unharmed. */
async function soundSegments(
  folder: string,
  { segments, signal, onNotice }: JournalOptions,
): Promise<Map<Segment, SegmentFile>> {
  const records = new Map<Segment, SegmentFile>();
  for (const segment of segments) {
    const path = recordPath(folder, segment);
    const record = await readRecord<SegmentFile>(path);
    if (!record) continue;
    const file = join(folder, record.name);
    if (await isSound(folder, record, signal)) {
      records.set(segment, record);
      continue;
    }
    const last = segment.first + segment.count;
    onNotice?.(`${file} is damaged or gone: frames ${segment.first + 1} to ${last} are made again.`);
    await rm(path);
    await rm(file, { recursive: true, force: true });
  }
  return records;
}

/** Removes what is in a journal, but for the lock and what is to stay. */
async function clear(folder: string, stays: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(LOCK) || stays(name)) continue;
    await rm(join(folder, name), { recursive: true });
  }
}

async function readRecord<T>(path: string): Promise<T | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

async function writeRecord(path: string, record: SegmentFile | JoinedRecord | RunIdentity): Promise<void> {
  await publishFiles([{ path, content: JSON.stringify(record, undefined, 2) }], true);
}

function requireSame(before: RunIdentity, now: RunIdentity, output: string): void {
  const differing = differences(before, now);
  if (differing.length === 0) return;
  throw new MatteflowError('JOURNAL_DIFFERS', {
    what: 'the run that was begun is not this one',
    seen: `different ${differing.join('; ')}`,
    remedy: 'Put it back as it was, or begin anew with --overwrite and without --resume',
    subject: output,
  });
}

function leftBehind(output: string): MatteflowError {
  return new MatteflowError('JOURNAL_EXISTS', {
    what: 'a run of this output was begun and not finished',
    seen: journalFolder(output),
    remedy: 'Go on with it by --resume, or begin anew with --overwrite',
    subject: output,
  });
}

function unwritable(output: string, cause: unknown): MatteflowError {
  return new MatteflowError('OUTPUT_UNWRITABLE', {
    what: 'no journal can be kept beside the output',
    seen: asError(cause).message,
    remedy: 'Choose a folder that you may write to, on a disk with room',
    subject: output,
    cause,
  });
}
