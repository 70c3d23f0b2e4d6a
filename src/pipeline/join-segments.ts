import { copyFile, cp, link, mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MatteflowError } from '../core/errors.js';
import { openClip } from '../ingest/clip.js';
import { temporaryName } from '../output/publish.js';
import { requireFree, SegmentSink } from '../output/segment-sink.js';
import type { OutputSummary } from '../output/sink.js';
import { openFfmpeg } from './open-ffmpeg.js';
import type { MatteVideoOptions } from './options.js';
import { progressMeter } from './progress.js';
import { isSound, SegmentFolder, type SegmentRecord } from './segment-folder.js';
import { planRun } from './segmented-run.js';

/** Finished segments in a folder. */
export interface SegmentsAt {
  readonly folder: string;
  readonly segments: readonly SegmentRecord[];
}

/**
 * Joins what `matteSegments` has made of all of a clip's segments, without encoding again, counts the frames, and gives the
 * output its name.
 *
 * @param options - those that the segments were made with
 * @throws MatteflowError `INPUT_DAMAGED` for a segment that is not what its record says, with its folder as the subject;
 *   `OUTPUT_EXISTS`, `OUTPUT_INCOMPLETE`, `OUTPUT_UNWRITABLE`, `ABORTED`; as `openClip` does
 */
export async function joinSegments(
  options: MatteVideoOptions,
  parts: readonly SegmentsAt[],
): Promise<OutputSummary> {
  const { input, signal = new AbortController().signal } = options;
  const ffmpeg = await openFfmpeg(options, signal);
  const clip = await openClip(ffmpeg, input, { ...options, signal });
  const run = await planRun(options, { ffmpeg, clip }, signal);
  if (!run) throw new Error('a clip that is made in one go has no segments to join');
  await requireFree(run.target, run.plan);
  const folder = temporaryName(run.target.path);
  await mkdir(folder);
  try {
    const store = new SegmentFolder(folder, run.segments);
    const progress = progressMeter('join', options.onProgress);
    let frames = 0;
    for (const part of parts) {
      for (const record of part.segments) {
        await requireSound(part.folder, record, signal);
        await bring(join(part.folder, record.name), join(folder, record.name));
        store.add(record);
        frames += run.segments[record.number]?.count ?? 0;
        progress(frames, clip.frameCount);
      }
    }
    if (frames !== clip.frameCount) throw incomplete(run.target.path, frames, clip.frameCount);
    const { source, target, plan } = run;
    return await new SegmentSink({ ffmpeg, source, target, plan, store, signal }).finish();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function incomplete(subject: string, seen: number, expected: number): MatteflowError {
  return new MatteflowError('OUTPUT_INCOMPLETE', {
    what: 'segments are missing',
    seen: `${seen} frames`,
    expected: String(expected),
    remedy: 'Make all parts of the clip before they are joined',
    subject,
  });
}

async function requireSound(folder: string, record: SegmentRecord, signal: AbortSignal): Promise<void> {
  if (await isSound(folder, record, signal)) return;
  throw new MatteflowError('INPUT_DAMAGED', {
    what: 'a finished segment was damaged or removed',
    seen: record.name,
    remedy: 'It is made again the next time',
    subject: folder,
  });
}

/** Gives a segment a second name; a copy where that cannot be, as of folders. */
async function bring(from: string, to: string): Promise<void> {
  if ((await stat(from)).isDirectory()) return cp(from, to, { recursive: true });
  await link(from, to).catch(() => copyFile(from, to));
}
