import { locateClip, stemOf } from './clip-key.js';
import type { ClipEntry } from './clip-entry.js';
import type { ClipJob } from './clip-job.js';
import { readRecord } from './clip-record.js';
import type { DatasetFolder } from './dataset-folder.js';
import type { HashCache } from './hash-cache.js';

/** What is to be done about a clip. */
export type ClipPlan = { readonly state: 'done' | 'open'; readonly job: ClipJob };

/**
 * Finds out whether a clip is finished: whether there is a record of exactly these contents, weights and options.
 *
 * @param root - a real path
 * @throws as `locateClip` does
 */
export async function planClip(
  root: string,
  folder: DatasetFolder,
  entry: ClipEntry,
  hashes: HashCache,
): Promise<ClipPlan> {
  const { key } = await locateClip(root, entry, hashes);
  const record = await readRecord(folder.record(stemOf(entry.name, key)));
  return { state: record ? 'done' : 'open', job: { entry, key } };
}
