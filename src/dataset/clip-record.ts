import { MatteflowError } from '../core/errors.js';
import { publishFiles } from '../output/publish-files.js';
import type { ClipMeans } from '../evaluation/video/clip-results.js';
import type { Versions } from '../core/versions.js';
import { readRecordFile } from './read-record.js';

/** What is known of a finished clip. */
export interface ClipRecord {
  readonly name: string;
  readonly key: string;
  /** Relative to the data set's folder. */
  readonly output: string;
  /** Of the output: a file's bytes, or a folder's names and hashes. */
  readonly sha256: string;
  readonly bytes: number;
  readonly frames: number;
  /** Wall-clock seconds of the attempt that finished it; absent where its output was found complete. */
  readonly seconds?: number;
  /** Frames a second. */
  readonly fps?: number;
  readonly model: string;
  /** SHA-256; absent for methods that have none. */
  readonly weights?: string;
  readonly engine?: string;
  readonly device?: string;
  /** Against the truth, where there is one: means over the frames. */
  readonly metrics?: ClipMeans;
  readonly versions: Versions;
  /** ISO 8601. */
  readonly finished: string;
}

/**
 * Writes a record where there is none: compare and set, since a name can be given to a file once. When another attempt
 * was sooner, its record stands.
 *
 * @returns the record that stands
 * @throws `OUTPUT_UNWRITABLE`
 */
export async function setRecord(path: string, record: ClipRecord): Promise<ClipRecord> {
  try {
    await publishFiles([{ path, content: `${JSON.stringify(record)}\n` }], false);
    return record;
  } catch (error) {
    if (!(error instanceof MatteflowError) || error.code !== 'OUTPUT_EXISTS') throw error;
    return (await readRecord(path)) ?? record;
  }
}

/**
 * The record of a finished clip; undefined when there is none.
 *
 * @throws `INPUT_DAMAGED` for one that cannot be read: records appear whole or not at all
 */
export async function readRecord(path: string): Promise<ClipRecord | undefined> {
  const words = {
    what: 'the record of a finished clip cannot be read',
    remedy: 'Remove it: the clip’s output is then looked at anew',
  };
  return (await readRecordFile(path, words)) as ClipRecord | undefined;
}
