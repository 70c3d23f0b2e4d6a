/**
 * The worker thread that gives every frame its trimap. It has the propagation pass run and keeps the result, so that
 * neither the pass nor bringing a trimap up to full size ever holds the main thread.
 */
import { workerData, type MessagePort } from 'node:worker_threads';
import { MatteflowError } from '../core/errors.js';
import { viewPlanes, type FrameMemory } from '../core/frame.js';
import { task, type Task } from '../core/thread.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip } from '../ingest/clip.js';
import type { Span } from '../ingest/clip-part.js';
import { solvedCount, type KeyframeInterval } from '../trimap/intervals.js';
import { reducedSize } from '../trimap/picture.js';
import {
  keptTrimaps,
  storeTrimaps,
  trimapSequence,
  type StoredTrimap,
  type TrimapSource,
} from '../trimap/source.js';
import { IntervalThreads } from './interval-threads.js';
import type { SolvedTrimap } from './interval-worker.js';
import { planKeyframes, type KeyframePlan } from './keyframe-plan.js';

export interface TrimapSetup {
  readonly ffmpeg: Ffmpeg;
  readonly clip: Clip;
  /** The folder or file of painted trimaps. */
  readonly trimaps: string;
  /** A folder that keeps what the pass makes, and may hold it already. */
  readonly keepIn: string | undefined;
  /** The frames that will be asked for, by their positions in the run; undefined for all. */
  readonly spans: readonly Span[] | undefined;
  /** Pictures that are damaged are replaced by those before them. */
  readonly salvage: boolean;
}

/** Sent out through the port given to `open`: how far the pass is. Any message sent in aborts it. */
export interface TrimapProgress {
  readonly frame: number;
  /** More than the run has, when its keyframes lie outside it. */
  readonly frames: number;
}

const { ffmpeg, clip, trimaps, keepIn, spans, salvage } = workerData as TrimapSetup;
let source: TrimapSource | undefined;
/** Position of the run's first frame among those the source knows. */
let offset = 0;

/** Finds the keyframes and runs the propagation pass if there is not one for every frame. */
export const open: Task<{ port: MessagePort }, void> = task(async ({ port }) => {
  const controller = new AbortController();
  port.on('message', () => controller.abort());
  const { signal } = controller;
  try {
    const plan = await planKeyframes(ffmpeg, clip, trimaps, signal);
    offset = clip.firstNumber - plan.span.firstNumber;
    const intervals = plan.intervals.filter(isNeeded);
    source =
      intervals.length > 0
        ? await propagate({ ...plan, intervals }, port, signal)
        : trimapSequence(plan.keyframes, clip.format);
  } finally {
    port.close();
  }
});

/** Fills a frame's trimap plane. Returns how sure it is, 0..1. */
export const fill: Task<{ index: number; memory: FrameMemory }, number> = task(async ({ index, memory }) => {
  if (!source) throw new Error('trimaps are asked for before they are opened');
  return source.trimapAt(index + offset, viewPlanes(memory).trimap, new AbortController().signal);
});

/** Removes what the pass has stored. */
export const close: Task<undefined, void> = task(async () => {
  await source?.close();
  source = undefined;
});

/** An interval is solved by itself: one that no frame is asked of can be left out, and the others stay as they are. */
function isNeeded({ first, last, start, end }: KeyframeInterval): boolean {
  if (!spans) return true;
  // Keyframes are not solved.
  const [from, to] = [start ? first + 1 : first, end ? last - 1 : last];
  return spans.some((span) => {
    const asked = clip.firstNumber + span.first;
    return from < asked + span.count && to >= asked;
  });
}

async function propagate(plan: KeyframePlan, port: MessagePort, signal: AbortSignal): Promise<TrimapSource> {
  const { keyframes } = plan;
  const reduced = reducedSize(clip.format);
  const storing = { size: clip.format, reduced, keyframes, signal, keepIn };
  const kept = keepIn === undefined ? undefined : await keptTrimaps(keepIn, storing);
  if (kept) return kept;
  const threads = new IntervalThreads(ffmpeg, plan.span, salvage);
  try {
    const pass = threads.solve(plan.intervals, plan.readReduced, false, signal);
    return await storeTrimaps(reported(pass, plan, port), storing);
  } finally {
    await threads.close();
  }
}

/** The pass by position in the span. A frame of the run that no keyframe reaches ends it: alpha is not guessed. */
async function* reported(
  pass: AsyncIterable<SolvedTrimap>,
  { span, intervals }: KeyframePlan,
  port: MessagePort,
): AsyncGenerator<StoredTrimap> {
  const frames = intervals.reduce((sum, interval) => sum + solvedCount(interval), 0);
  let done = 0;
  for await (const { frame, reached, trimap, confidence } of pass) {
    const inRun = frame >= clip.firstNumber && frame < clip.firstNumber + clip.frameCount;
    if (!reached && inRun) throw cutOff(frame);
    done += 1;
    port.postMessage({ frame: done, frames } satisfies TrimapProgress);
    yield { index: frame - span.firstNumber, trimap, confidence };
  }
}

function cutOff(frame: number): MatteflowError {
  return new MatteflowError('TRIMAP_MISSING', {
    what: `the clip cuts to another shot, and no keyframe lies on the side of frame ${frame}`,
    remedy: `Paint a trimap at or after frame ${frame}, or leave that shot out with --range`,
    subject: trimaps,
  });
}
