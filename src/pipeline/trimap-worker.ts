/**
 * The worker thread that gives every frame its trimap. It runs the propagation pass and keeps the result, so that
 * neither the pass nor bringing a trimap up to full size ever holds the main thread.
 */
import { workerData, type MessagePort } from 'node:worker_threads';
import { viewPlanes, type FrameMemory } from '../core/frame.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import { openClip, type Clip } from '../ingest/clip.js';
import { readPictures, salvagePictures } from '../ingest/read-pictures.js';
import { allocateFlow, FlowEstimator } from '../trimap/flow.js';
import { findKeyframes, type Keyframe } from '../trimap/keyframes.js';
import { halfSize, type Size } from '../trimap/picture.js';
import { propagateTrimaps, type PropagatedTrimap } from '../trimap/propagate.js';
import { reduceTrimap } from '../trimap/reduce.js';
import { keptTrimaps, storeTrimaps, trimapSequence, type TrimapSource } from '../trimap/source.js';
import { allKnownError, readTrimap, unknownCount } from '../trimap/trimap.js';
import { task, type Task } from '../core/thread.js';

export interface TrimapSetup {
  readonly ffmpeg: Ffmpeg;
  readonly clip: Clip;
  /** The folder or file of painted trimaps. */
  readonly trimaps: string;
  /** A folder that keeps what the pass makes, and may hold it already. */
  readonly keepIn: string | undefined;
  /** Pictures that are damaged are replaced by those before them. */
  readonly salvage: boolean;
}

/** Sent out through the port given to `open`: how far the pass is. Any message sent in aborts it. */
export interface TrimapProgress {
  readonly frame: number;
  /** More than the run has, when its keyframes lie outside it. */
  readonly frames: number;
}

/** Long side of the pictures that propagation works on, pixels. */
const LONG_SIDE = 640;

const { ffmpeg, clip, trimaps, keepIn, salvage } = workerData as TrimapSetup;
let source: TrimapSource | undefined;
/** Position of the run's first frame among those the source knows. */
let offset = 0;

/** Finds the keyframes and runs the propagation pass if there is not one for every frame. */
export const open: Task<{ port: MessagePort }, void> = task(async ({ port }) => {
  const controller = new AbortController();
  port.on('message', () => controller.abort());
  const { signal } = controller;
  try {
    const painted = await findKeyframes(trimaps, { ...clip.format, ...clip.whole });
    const span = spanOf(painted, clip);
    offset = clip.firstNumber - span.firstNumber;
    const keyframes = within(painted, span);
    source =
      keyframes.length < span.frameCount
        ? await propagate(span, keyframes, port, signal)
        : trimapSequence(keyframes, clip.format);
  } finally {
    port.close();
  }
});

/** Fills a frame's trimap plane. */
export const fill: Task<{ index: number; memory: FrameMemory }, void> = task(async ({ index, memory }) => {
  if (!source) throw new Error('trimaps are asked for before they are opened');
  await source.trimapAt(index + offset, viewPlanes(memory).trimap, new AbortController().signal);
});

/** Removes what the pass has stored. */
export const close: Task<undefined, void> = task(async () => {
  await source?.close();
  source = undefined;
});

/** Frames by number. */
interface Span {
  readonly firstNumber: number;
  readonly frameCount: number;
}

/** The run, widened to the nearest keyframe on each side that has none of its own at the end. */
function spanOf(painted: readonly Keyframe[], run: Span): Span {
  const first = run.firstNumber;
  const last = first + run.frameCount - 1;
  const before = painted.findLast(({ number }) => number <= first)?.number ?? first;
  const after = painted.find(({ number }) => number >= last)?.number ?? last;
  const inside = within(painted, run).length === run.frameCount;
  return inside ? run : { firstNumber: before, frameCount: after - before + 1 };
}

/** The keyframes of a span, their positions counted from its first frame. */
function within(painted: readonly Keyframe[], { firstNumber, frameCount }: Span): Keyframe[] {
  return painted
    .map((keyframe) => ({ ...keyframe, index: keyframe.number - firstNumber }))
    .filter(({ index }) => index >= 0 && index < frameCount);
}

async function openSpan({ firstNumber, frameCount }: Span, signal: AbortSignal): Promise<Clip> {
  if (firstNumber === clip.firstNumber && frameCount === clip.frameCount) return clip;
  return openClip(ffmpeg, clip.path, {
    ...clip.reading,
    range: [firstNumber, firstNumber + frameCount - 1],
    signal,
  });
}

async function propagate(
  span: Span,
  keyframes: readonly Keyframe[],
  port: MessagePort,
  signal: AbortSignal,
): Promise<TrimapSource> {
  const reduced = reducedSize(clip.format);
  const storing = { size: clip.format, reduced, keyframes, signal, keepIn };
  const kept = keepIn === undefined ? undefined : await keptTrimaps(keepIn, storing);
  if (kept) return kept;
  const read = salvage ? salvagePictures : readPictures;
  const pass = propagateTrimaps(
    read(ffmpeg, await openSpan(span, signal), reduced, signal),
    await reducedKeyframes(keyframes, reduced),
    { size: reduced, estimateFlows: flowEstimator(halfSize(reduced)), signal },
  );
  return storeTrimaps(counted(pass, span.frameCount, port), storing);
}

function reducedSize(full: Size): Size {
  const scale = Math.min(1, LONG_SIDE / Math.max(full.width, full.height));
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  return { width: side(full.width), height: side(full.height) };
}

async function reducedKeyframes(
  keyframes: readonly Keyframe[],
  reduced: Size,
): Promise<{ index: number; trimap: Uint8Array }[]> {
  const read = [];
  let unknown = 0;
  for (const { index, path } of keyframes) {
    const full = await readTrimap(path, clip.format);
    unknown += unknownCount(full);
    const trimap = new Uint8Array(reduced.width * reduced.height);
    reduceTrimap(trimap, full, clip.format, reduced);
    read.push({ index, trimap });
  }
  if (unknown === 0) throw allKnownError(trimaps);
  return read;
}

function flowEstimator(size: Size): Parameters<typeof propagateTrimaps>[2]['estimateFlows'] {
  const estimator = new FlowEstimator(size);
  const flows = { forward: allocateFlow(size), backward: allocateFlow(size) };
  return (earlier, later) => {
    estimator.estimateBoth(flows.forward, flows.backward, earlier, later);
    return Promise.resolve(flows);
  };
}

async function* counted(
  pass: AsyncIterable<PropagatedTrimap>,
  frames: number,
  port: MessagePort,
): AsyncGenerator<PropagatedTrimap> {
  for await (const trimap of pass) {
    port.postMessage({ frame: trimap.index + 1, frames } satisfies TrimapProgress);
    yield trimap;
  }
}
