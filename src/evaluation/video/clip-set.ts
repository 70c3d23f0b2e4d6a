import { basename, join, resolve } from 'node:path';
import { MatteflowError } from '../../core/errors.js';
import type { Ffmpeg } from '../../ffmpeg/tools.js';
import { findClipParts, foldersIn, isClip } from './clip-folder.js';
import { countedList } from './counted-list.js';
import { openTruthClip, type TruthClip } from './truth-clip.js';

/** The clips of a folder. */
export interface ClipSet {
  readonly clips: readonly TruthClip[];
  /** Whether the folder itself is the one clip, or the clips are folders in it. */
  readonly kind: 'clip' | 'set';
  /** Folders that were left out because it was asked to, and why. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

/**
 * Opens the clip in a folder, or the clips in the folders in it, by name. Everything that headers tell is checked here,
 * before anything is matted.
 *
 * @param options.skip - leave out what cannot be used, instead of failing
 * @throws MatteflowError what is wrong with the only clip; `INPUT_DAMAGED` naming and counting those of a set that cannot
 *   be used, unless they are to be skipped; `INPUT_EMPTY` when none is left; `ABORTED`
 */
export async function openClipSet(
  ffmpeg: Ffmpeg,
  folder: string,
  { skip, signal }: { readonly skip: boolean; readonly signal: AbortSignal },
): Promise<ClipSet> {
  if (await isClip(folder)) {
    const parts = await findClipParts(folder, basename(resolve(folder)));
    return { kind: 'clip', clips: [await openTruthClip(ffmpeg, parts, signal)], skipped: [] };
  }
  const names = await foldersIn(folder);
  const clips: TruthClip[] = [];
  const unusable: { name: string; reason: string }[] = [];
  for (const name of names) {
    try {
      clips.push(await openTruthClip(ffmpeg, await findClipParts(join(folder, name), name), signal));
    } catch (error) {
      if (!(error instanceof MatteflowError) || error.code === 'ABORTED') throw error;
      unusable.push({ name, reason: error.message });
    }
  }
  if (unusable.length > 0 && !skip) throw unusableError(folder, unusable);
  if (clips.length === 0) throw emptyError(folder, names);
  return { kind: 'set', clips, skipped: unusable };
}

/** Whether `openClipSet` is for this folder: it is a clip with a video file or `frame/`, or some folder in it is a clip. */
export async function holdsClips(folder: string): Promise<boolean> {
  // Pictures with trimaps and mattes, each on its own, are kept in image/ too.
  const names = await foldersIn(folder);
  if (await isClip(folder)) return !names.includes('image');
  for (const name of names) if (await isClip(join(folder, name))) return true;
  return false;
}

function unusableError(
  folder: string,
  unusable: readonly { readonly name: string; readonly reason: string }[],
): MatteflowError {
  return new MatteflowError('INPUT_DAMAGED', {
    what: 'not every folder is a clip that can be judged',
    seen: `${countedList(unusable.map(({ name }) => name))}. ${unusable[0]!.reason}`,
    remedy: 'Mend them, or leave them out with --skip',
    subject: folder,
  });
}

function emptyError(folder: string, names: readonly string[]): MatteflowError {
  return new MatteflowError('INPUT_EMPTY', {
    what: 'there is no clip to judge',
    seen: names.length === 0 ? 'no folders' : countedList(names),
    expected: 'clip.* or frame/, alpha/ and trimap/, or folders that hold them',
    subject: folder,
  });
}
