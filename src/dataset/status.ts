import { readRecord, type ClipRecord } from './clip-record.js';
import type { DatasetFolder } from './dataset-folder.js';
import { stemOf } from './clip-key.js';
import { readJournal, type ClipFailure, type JournalLine } from './journal.js';

export type ClipState = 'dead' | 'retrying' | 'running' | 'waiting' | 'done';

/** One clip of a data set as it stands; a line of results.jsonl. */
export interface ClipStatus {
  readonly name: string;
  readonly key?: string;
  readonly state: ClipState;
  /** Of the latest run that tried it. */
  readonly attempts?: number;
  readonly error?: ClipFailure;
  readonly record?: ClipRecord;
}

/** A data set as its journal and its records tell. */
export interface DatasetStatus {
  /** Clips of the latest run's manifest. */
  readonly clips: number;
  /** Those that the run has come to, in its order. */
  readonly known: readonly ClipStatus[];
  /** ISO 8601; absent where nothing has run. */
  readonly began?: string;
}

/**
 * What became of the latest run's clips. Whether one is finished is the records' to say, the rest the journal's.
 *
 * @throws `INPUT_DAMAGED` for a record that cannot be read
 */
export async function readStatus(folder: DatasetFolder): Promise<DatasetStatus> {
  const lines = await readJournal(folder.journal);
  const start = lines.findLastIndex(({ event }) => event === 'run');
  const run = lines[start];
  if (run?.event !== 'run') return { clips: 0, known: [] };
  const dead = deadLetters(lines);
  const known = new Map<string, ClipStatus>();
  for (const line of lines.slice(start + 1)) {
    if (line.event !== 'run') known.set(line.name, follow(known.get(line.name), line, dead));
  }
  const withRecords = [];
  for (const status of known.values()) withRecords.push(await withRecord(status, folder));
  return { clips: run.clips, known: withRecords, began: run.at };
}

/** What shows that a clip has left the dead letters. */
const REVIVING: ReadonlySet<string> = new Set(['queued', 'started', 'done']);

/** What was given up, by key, unless a later attempt is on its way or has succeeded. */
export function deadLetters(lines: readonly JournalLine[]): ReadonlyMap<string, ClipFailure> {
  const dead = new Map<string, ClipFailure>();
  for (const line of lines) {
    if (line.event === 'dead' && line.key !== undefined) dead.set(line.key, line.error);
    else if (REVIVING.has(line.event) && 'key' in line && line.key) dead.delete(line.key);
  }
  return dead;
}

function follow(
  before: ClipStatus | undefined,
  line: Exclude<JournalLine, { event: 'run' }>,
  dead: ReadonlyMap<string, ClipFailure>,
): ClipStatus {
  const { name } = line;
  const key = line.key ?? before?.key;
  const keyed = { name, ...(key !== undefined && { key }) };
  switch (line.event) {
    case 'planned': {
      const error = key === undefined ? undefined : dead.get(key);
      return error ? { ...keyed, state: 'dead', error } : { ...keyed, state: 'waiting' };
    }
    case 'queued':
      return { ...keyed, state: 'waiting' };
    case 'started':
      return { ...keyed, state: 'running', attempts: line.attempt };
    case 'failed':
      return { ...keyed, state: 'retrying', attempts: line.attempt, error: line.error };
    case 'dead':
      return { ...keyed, state: 'dead', attempts: line.attempt, error: line.error };
    case 'done':
      return { ...keyed, state: 'done', ...(before?.attempts && { attempts: before.attempts }) };
  }
}

async function withRecord(status: ClipStatus, folder: DatasetFolder): Promise<ClipStatus> {
  const { name, key, attempts } = status;
  if (key === undefined) return status;
  const record = await readRecord(folder.record(stemOf(name, key)));
  return record ? { name, key, state: 'done', ...(attempts !== undefined && { attempts }), record } : status;
}
