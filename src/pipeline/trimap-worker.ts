/**
 * The worker thread that gives every frame its trimap. It runs the propagation pass and keeps the result, so that
 * neither the pass nor bringing a trimap up to full size ever holds the main thread.
 */
import { workerData, type MessagePort } from 'node:worker_threads';
import { viewPlanes, type FrameMemory } from '../core/frame.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip } from '../ingest/clip.js';
import { readPictures } from '../ingest/read-pictures.js';
import { allocateFlow, FlowEstimator } from '../trimap/flow.js';
import { findKeyframes, type Keyframe } from '../trimap/keyframes.js';
import { halfSize, type Size } from '../trimap/picture.js';
import { propagateTrimaps, type PropagatedTrimap } from '../trimap/propagate.js';
import { reduceTrimap } from '../trimap/reduce.js';
import { storeTrimaps, trimapSequence, type TrimapSource } from '../trimap/source.js';
import { allKnownError, readTrimap, unknownCount } from '../trimap/trimap.js';
import { task, type Task } from './thread.js';

export interface TrimapSetup {
  readonly ffmpeg: Ffmpeg;
  readonly clip: Clip;
  /** The folder or file of painted trimaps. */
  readonly trimaps: string;
}

/** Sent out through the port given to `open`: frames propagated so far. Any message sent in aborts the pass. */
export type TrimapProgress = number;

/** How trimaps come about. */
export interface TrimapsOpened {
  readonly keyframes: number;
  /** False when there is a painted trimap for every frame. */
  readonly propagated: boolean;
}

/** Long side of the pictures that propagation works on, pixels. */
const LONG_SIDE = 640;

const { ffmpeg, clip, trimaps } = workerData as TrimapSetup;
const { width, height } = clip.format;
let source: TrimapSource | undefined;

/** Finds the keyframes and runs the propagation pass if there is not one for every frame. */
export const open: Task<{ port: MessagePort }, TrimapsOpened> = task(async ({ port }) => {
  const controller = new AbortController();
  port.on('message', () => controller.abort());
  const { signal } = controller;
  try {
    const keyframes = await findKeyframes(trimaps, { ...clip, width, height });
    const propagated = keyframes.length < clip.frameCount;
    if (propagated) {
      const reduced = reducedSize({ width, height });
      const pass = propagateTrimaps(
        readPictures(ffmpeg, clip, reduced, signal),
        await reducedKeyframes(keyframes, reduced),
        { size: reduced, estimateFlows: flowEstimator(halfSize(reduced)), signal },
      );
      source = await storeTrimaps(counted(pass, port), { size: clip.format, reduced, keyframes, signal });
    } else {
      source = trimapSequence(keyframes, clip.format);
    }
    return { keyframes: keyframes.length, propagated };
  } finally {
    port.close();
  }
});

/** Fills a frame's trimap plane. */
export const fill: Task<{ index: number; memory: FrameMemory }, void> = task(async ({ index, memory }) => {
  if (!source) throw new Error('trimaps are asked for before they are opened');
  await source.trimapAt(index, viewPlanes(memory).trimap, new AbortController().signal);
});

/** Removes what the pass has stored. */
export const close: Task<undefined, void> = task(async () => {
  await source?.close();
  source = undefined;
});

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

async function* counted(pass: AsyncIterable<PropagatedTrimap>, port: MessagePort): AsyncGenerator<PropagatedTrimap> {
  for await (const trimap of pass) {
    port.postMessage(trimap.index + 1 satisfies TrimapProgress);
    yield trimap;
  }
}
