import { join } from 'node:path';
import { closeAll, type Closer } from '../core/closers.js';
import { throwIfAborted } from '../core/errors.js';
import { openClip, type Clip } from '../ingest/clip.js';
import { stageOutput } from '../output/publish.js';
import { intervalName, solvedCount, type KeyframeInterval } from '../trimap/intervals.js';
import { suggestKeyframes, type JudgedFrame } from '../trimap/suggest.js';
import { writeTrimap } from '../trimap/trimap.js';
import { openForceMattes } from './force-trimaps.js';
import { frameName } from './found-masks.js';
import { editedError, folderChanges } from './hand-edits.js';
import { IntervalThreads } from './interval-threads.js';
import { planKeyframes, type KeyframePlan } from './keyframe-plan.js';
import { openFfmpeg } from './open-ffmpeg.js';
import type { MatteVideoOptions, RunOptions } from './options.js';
import { progressMeter } from './progress.js';
import { readRecord, writeRecord, type PropagationRecord, type RecordedFrame } from './propagation-record.js';
import { copyPainted, fileHashes, forceFiles, inRun, keepFiles } from './propagated-files.js';
import type { ForceOptions } from './trimap-options.js';

export type PropagateOptions = RunOptions &
  ForceOptions &
  Pick<MatteVideoOptions, 'input' | 'output' | 'range' | 'deinterlace' | 'overwrite'> & {
    /** A folder of trimaps named by frame number. */
    readonly trimaps: string;
    /** How many frames to name where a keyframe would help most. Default 0. */
    readonly suggest?: number;
  };

export interface PropagateResult {
  /** The folder: PNGs named by frame number, the painted ones among them. */
  readonly output: string;
  readonly frames: number;
  /** Of `frames`, those that were propagated now; the others are painted, or stand as they were. */
  readonly propagated: number;
  /** Numbers of the frames where a keyframe would help most, best first. */
  readonly suggested: readonly number[];
  /** Numbers of the first frames after each cut. */
  readonly cuts: readonly number[];
  /** Numbers of the frames without a trimap: no keyframe lies on their side of a cut. */
  readonly missing: readonly number[];
  /** 0..1, of every propagated frame by its number. */
  readonly confidence: Readonly<Record<number, number>>;
}

/**
 * Writes the trimap of every frame, propagated from the painted ones: a sequence a person can correct and pass back as
 * `trimaps`. Frames that no keyframe reaches for a cut get none. The folder appears complete or not at all.
 *
 * An output folder of the same clip that this function made is brought up to date: only the frames between keyframes
 * that have changed are done again. What a person has corrected there is not lost: it is refused until the correction is a
 * keyframe, unless `overwrite` is set.
 *
 * @throws MatteflowError as `matteVideo` does; `OUTPUT_EXISTS` for corrections and a damaged record, too
 */
export async function propagateClip(options: PropagateOptions): Promise<PropagateResult> {
  const { input, output, trimaps, signal = new AbortController().signal } = options;
  const closers: Closer[] = [];
  try {
    const ffmpeg = await openFfmpeg(options, signal);
    const clip = await openClip(ffmpeg, input, { ...options, signal });
    clip.notices.forEach((notice) => options.onNotice?.(notice));
    const record = await readRecord(output, clip, options);
    const overwrite = record !== undefined || (options.overwrite ?? false);
    const staged = await stageOutput(output, { kind: 'folder', overwrite });
    closers.push(staged.discard);
    const plan = await planKeyframes(ffmpeg, clip, trimaps, signal);

    const frames = new Map<string, RecordedFrame[]>();
    const kept = record ? await keptIntervals(record, plan, options) : [];
    for (const interval of kept) {
      const solved = record!.intervals.get(intervalName(interval))!;
      frames.set(intervalName(interval), [...solved]);
      await keepFiles(output, staged.temporary, solved, clip);
    }
    await copyPainted(plan, clip, staged.temporary);
    const changed = plan.intervals.filter((interval) => !kept.includes(interval));
    if (changed.length > 0) {
      const threads = new IntervalThreads(ffmpeg, plan.span);
      closers.push(() => threads.close());
      const progress = progressMeter('trimaps', options.onProgress);
      const total = changed.reduce((sum, interval) => sum + solvedCount(interval), 0);
      let done = 0;
      for await (const { interval, trimap, ...solved } of threads.solve(
        changed,
        plan.readReduced,
        true,
        signal,
      )) {
        const name = intervalName(interval);
        frames.set(name, [...(frames.get(name) ?? []), solved]);
        if (solved.reached && inRun(clip, solved.frame))
          await writeTrimap(join(staged.temporary, frameName(solved.frame)), trimap, clip.format);
        progress(++done, total);
      }
    }
    const mattes = await openForceMattes(options, { ffmpeg, clip, signal });
    if (mattes) {
      closers.push(() => mattes.close());
      await forceFiles(staged.temporary, clip, mattes);
    }
    throwIfAborted(signal);
    const files = await fileHashes(staged.temporary, clip);
    await writeRecord(staged.temporary, clip, options, { intervals: frames, files });
    await staged.publish();
    return summarise(options, clip, plan, frames, changed);
  } finally {
    await closeAll(closers);
  }
}

/**
 * The intervals that are as they were.
 *
 * @throws `OUTPUT_EXISTS` when the folder holds corrections
 */
async function keptIntervals(
  { intervals, files }: PropagationRecord,
  plan: KeyframePlan,
  { output, trimaps, overwrite = false }: PropagateOptions,
): Promise<KeyframeInterval[]> {
  const { missing, edited } = await folderChanges(output, files, plan.keyframes);
  if (edited.length > 0 && !overwrite) throw editedError(output, trimaps, edited);
  return plan.intervals.filter((interval) => {
    const solved = intervals.get(intervalName(interval));
    return solved?.every(({ frame }) => !missing.has(frame) && !edited.includes(frame)) ?? false;
  });
}

function summarise(
  { output, suggest = 0, onNotice }: PropagateOptions,
  clip: Clip,
  { keyframes }: KeyframePlan,
  recorded: PropagationRecord['intervals'],
  changed: readonly KeyframeInterval[],
): PropagateResult {
  const solved = [...recorded.values()]
    .flat()
    .filter(({ frame }) => inRun(clip, frame))
    .sort((a, b) => a.frame - b.frame);
  const judged: JudgedFrame[] = solved.map(({ frame, confidence }) => ({ frame, confidence }));
  const missing = solved.filter(({ reached }) => !reached).map(({ frame }) => frame);
  if (missing.length > 0) {
    onNotice?.(
      `${missing.length} frames have no trimap: the clip cuts, and no keyframe lies on their side of the cut. ` +
        `Paint one at or after frame ${missing[0]}.`,
    );
  }
  const numbers = keyframes.map(({ number }) => number);
  const fresh = new Set(changed.map(intervalName));
  const propagated = [...recorded].filter(([name]) => fresh.has(name)).flatMap(([, frames]) => frames);
  return {
    output,
    frames: clip.frameCount - missing.length,
    propagated: propagated.filter(({ frame, reached }) => reached && inRun(clip, frame)).length,
    suggested: suggestKeyframes(judged, numbers, suggest),
    cuts: solved.filter(({ afterCut }) => afterCut).map(({ frame }) => frame),
    missing,
    confidence: Object.fromEntries(judged.map(({ frame, confidence }) => [frame, confidence])),
  };
}
