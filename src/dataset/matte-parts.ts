import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MatteflowError } from '../core/errors.js';
import { joinSegments } from '../pipeline/join-segments.js';
import { SEGMENT_FRAMES, type MatteVideoOptions } from '../pipeline/options.js';
import { allKnownError } from '../trimap/trimap.js';
import type { ClipJob } from './clip-job.js';
import { stemOf, type LocatedClip } from './clip-key.js';
import type { DatasetFolder } from './dataset-folder.js';
import { mattePart, type FinishedPart } from './matte-part.js';
import { ThumbnailMaker } from './thumbnail.js';

/** What is needed to make a part of a clip. */
export interface PartsContext {
  readonly clip: LocatedClip;
  readonly job: ClipJob;
  readonly folder: DatasetFolder;
  /** Of the whole clip. */
  readonly options: MatteVideoOptions;
}

/** Makes one part of a clip, unless it is there. The one in the clip's middle makes its thumbnail. @throws as `mattePart` */
export async function matteOnePart(
  { clip, job, folder, options }: PartsContext,
  part: number,
): Promise<FinishedPart> {
  const { name, segmentFrames = SEGMENT_FRAMES } = clip.entry;
  const stem = stemOf(name, clip.key);
  const count = segmentFrames / SEGMENT_FRAMES;
  const middle = part === Math.floor((job.parts ?? 1) / 2);
  const thumbnail = middle ? new ThumbnailMaker(folder.thumbnail(stem)) : undefined;
  const made = await mattePart(
    { ...options, ...(thumbnail && { onFrame: (frame) => thumbnail.see(frame) }) },
    join(folder.parts(stem), String(part).padStart(4, '0')),
    { first: part * count, count },
  );
  await thumbnail?.write();
  return made;
}

/**
 * Joins the parts of a clip; one that is missing is made. A damaged one is removed, so that the next attempt makes it anew.
 *
 * @throws as `matteOnePart` and `joinSegments` do; `TRIMAP_ALL_KNOWN`
 */
export async function joinParts(
  context: PartsContext,
): Promise<{ frames: number; seconds: number; engine: string; device: string }> {
  const { job, options, clip } = context;
  const parts: FinishedPart[] = [];
  for (let part = 0; part < (job.parts ?? 1); part++) parts.push(await matteOnePart(context, part));
  if (parts.every(({ unknown }) => unknown === 0)) throw allKnownError(clip.input);
  const { engine, device } = parts[0]!;
  const start = performance.now();
  try {
    const { frames } = await joinSegments(options, parts);
    const joining = (performance.now() - start) / 1000;
    return { frames, seconds: parts.reduce((sum, { seconds }) => sum + seconds, joining), engine, device };
  } catch (error) {
    const damaged = error instanceof MatteflowError && error.code === 'INPUT_DAMAGED';
    const folder = damaged && parts.find((part) => part.folder === error.parts.subject)?.folder;
    if (folder) await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
