import { join } from 'node:path';
import { contentHash } from '../core/content-hash.js';
import { MatteflowError } from '../core/errors.js';
import type { Keyframe } from '../trimap/keyframes.js';
import { frameName } from './found-masks.js';

/** Frames whose trimaps in a folder are no longer what was written there. */
export interface FolderChanges {
  /** Their files are gone. */
  readonly missing: ReadonlySet<number>;
  /** Their files hold something else, which is not the frame's keyframe either: a correction. */
  readonly edited: readonly number[];
}

/**
 * Compares a folder of trimaps with what was written there.
 *
 * @param files - `contentHash` of each file as it was written, by its frame's number
 */
export async function folderChanges(
  folder: string,
  files: ReadonlyMap<number, string>,
  keyframes: readonly Keyframe[],
): Promise<FolderChanges> {
  const missing = new Set<number>();
  const edited: number[] = [];
  for (const [number, written] of files) {
    const now = await contentHash(join(folder, frameName(number))).catch(() => undefined);
    if (now === undefined) missing.add(number);
    else if (now !== written && !(await isKeyframe(number, now, keyframes))) edited.push(number);
  }
  return { missing, edited };
}

async function isKeyframe(number: number, hash: string, keyframes: readonly Keyframe[]): Promise<boolean> {
  const keyframe = keyframes.find((one) => one.number === number);
  return keyframe !== undefined && (await contentHash(keyframe.path)) === hash;
}

/** What to say when corrections were painted into the folder that is about to be replaced. */
export function editedError(folder: string, keys: string, edited: readonly number[]): MatteflowError {
  const names = edited.map(frameName);
  return new MatteflowError('OUTPUT_EXISTS', {
    what: 'trimaps in the output folder were changed by hand, and propagating again would undo that',
    seen:
      names.length > 8 ? `${names.slice(0, 8).join(', ')} and ${names.length - 8} more` : names.join(', '),
    remedy: `Copy them into ${keys} to make keyframes of them, or remove them to have them made again`,
    subject: folder,
  });
}
