import { closeAll, type Closer } from '../core/closers.js';
import type { ClipEntry } from './clip-entry.js';
import { realRoot } from './contained-path.js';
import { DatasetFolder } from './dataset-folder.js';
import { lockDataset } from './folder-lock.js';
import { HashCache } from './hash-cache.js';
import { Journal, readJournal, type ClipFailure } from './journal.js';
import { deadLetters } from './status.js';
import { sweep } from './sweep.js';

/** What every run of a data set works with, on this machine or over a queue. */
export interface OpenRun {
  readonly root: string;
  readonly folder: DatasetFolder;
  readonly journal: Journal;
  readonly hashes: HashCache;
  /** What runs before gave up, by key. */
  readonly dead: ReadonlyMap<string, ClipFailure>;
  close(): Promise<void>;
}

/**
 * Makes a data set's folders, takes hold of them, and removes what crashed attempts have left.
 *
 * @throws `OUTPUT_EXISTS` when another run has them; `INPUT_MISSING` for a root that is not there; `OUTPUT_UNWRITABLE`
 */
export async function openRun(
  clips: readonly ClipEntry[],
  options: { readonly root: string; readonly output: string; readonly executor: 'local' | 'queue' },
): Promise<OpenRun> {
  const closers: Closer[] = [];
  try {
    const root = await realRoot(options.root);
    const folder = new DatasetFolder(options.output);
    await folder.prepare();
    closers.push(await lockDataset(folder.lock));
    await sweep(folder);
    const dead = deadLetters(await readJournal(folder.journal));
    const journal = await Journal.open(folder.journal);
    closers.push(() => journal.close());
    const hashes = await HashCache.open(folder.hashes);
    closers.push(() => hashes.save());
    await journal.append({ event: 'run', clips: clips.length, executor: options.executor });
    return { ...{ root, folder, journal, hashes, dead }, close: () => closeAll(closers) };
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}
