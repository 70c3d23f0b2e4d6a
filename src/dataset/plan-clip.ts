import { countSegments } from '../pipeline/segmented-run.js';
import { SEGMENT_FRAMES } from '../pipeline/options.js';
import { locateClip, stemOf } from './clip-key.js';
import type { ClipEntry } from './clip-entry.js';
import type { ClipJob, Workplace } from './clip-job.js';
import { readRecord } from './clip-record.js';
import type { DatasetFolder } from './dataset-folder.js';
import type { HashCache } from './hash-cache.js';
import { matteOptions } from './matte-options.js';

/** What is to be done about a clip. */
export type ClipPlan = { readonly state: 'done' | 'open'; readonly job: ClipJob };

/** What a plan looks at. */
export interface PlanContext {
  /** A real path. */
  readonly root: string;
  readonly folder: DatasetFolder;
  readonly hashes: HashCache;
  readonly tools: Pick<Workplace, 'ffmpegPath' | 'ffprobePath'>;
  readonly signal: AbortSignal;
}

/**
 * Finds out whether a clip is finished: whether there is a record of exactly these contents, weights and options; and in how
 * many parts it is to be matted. Only a clip that may be cut is opened for that.
 *
 * @throws as `locateClip` and `countSegments` do
 */
export async function planClip(entry: ClipEntry, context: PlanContext): Promise<ClipPlan> {
  const { root, folder, hashes, tools, signal } = context;
  const clip = await locateClip(root, entry, hashes);
  const { key } = clip;
  const record = await readRecord(folder.record(stemOf(entry.name, key)));
  if (record) return { state: 'done', job: { entry, key } };
  const { segmentFrames } = entry;
  if (segmentFrames === undefined) return { state: 'open', job: { entry, key } };
  const segments = await countSegments(
    matteOptions(clip, tools, { output: folder.matte(entry, key), signal }),
  );
  const parts = Math.ceil(segments / (segmentFrames / SEGMENT_FRAMES));
  return { state: 'open', job: { entry, key, ...(parts > 1 && { parts }) } };
}
