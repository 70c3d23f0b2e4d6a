/** The worker thread that solves one interval between two keyframes at a time. */
import { workerData, type MessagePort } from 'node:worker_threads';
import { task, type Task } from '../core/thread.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import { openClip, type Clip } from '../ingest/clip.js';
import { readPictures, salvagePictures } from '../ingest/read-pictures.js';
import { enlargeTrimap } from '../trimap/enlarge.js';
import { allocateFlow, FlowEstimator } from '../trimap/flow.js';
import type { FrameSpan } from '../trimap/intervals.js';
import { halfSize, reducedSize } from '../trimap/picture.js';
import { propagateTrimaps, type FlowsEstimate, type KeyframeTrimap } from '../trimap/propagate.js';
import { sendItems } from './port-items.js';

/** What every interval of a clip has in common. */
export interface IntervalSetup {
  readonly ffmpeg: Ffmpeg;
  readonly clip: Clip;
  /** Pictures that are damaged are replaced by those before them. */
  readonly salvage: boolean;
}

export interface IntervalJob extends FrameSpan {
  /** Trimaps of the first and the last frame, reduced; at least one. */
  readonly start: Uint8Array | undefined;
  readonly end: Uint8Array | undefined;
  /** Whether results are brought up to the clip's size. */
  readonly enlarged: boolean;
  /** Takes the `SolvedTrimap`s. */
  readonly port: MessagePort;
}

/** A frame's trimap that no person painted. */
export interface SolvedTrimap {
  /** The frame's number as people know it. */
  readonly frame: number;
  readonly trimap: Uint8Array<ArrayBuffer>;
  /** 0..1. */
  readonly confidence: number;
  /** Whether the clip cuts to another shot here. */
  readonly afterCut: boolean;
  /** Whether a keyframe reaches the frame; its trimap is all unknown if not. */
  readonly reached: boolean;
}

const { ffmpeg, clip, salvage } = workerData as IntervalSetup;
const reduced = reducedSize(clip.format);
const memory = new Uint8Array(3 * reduced.width * reduced.height);

/** Sends an interval's frames, in order, keyframes left out. */
export const solve: Task<IntervalJob, void> = task((job) =>
  sendItems(
    job.port,
    (signal) => solved(job, signal),
    ({ trimap }) => [trimap.buffer],
  ),
);

async function* solved(job: IntervalJob, signal: AbortSignal): AsyncGenerator<SolvedTrimap> {
  const { first, last, start, end, enlarged } = job;
  const run = await openClip(ffmpeg, clip.path, { ...clip.reading, range: [first, last], signal });
  const keyframes: KeyframeTrimap[] = [];
  if (start) keyframes.push({ index: 0, trimap: start });
  if (end) keyframes.push({ index: last - first, trimap: end });
  const read = salvage ? salvagePictures : readPictures;
  const pass = propagateTrimaps(read(ffmpeg, run, { ...reduced, memory }, signal), keyframes, {
    size: reduced,
    estimateFlows: flowEstimator(),
    signal,
  });
  for await (const { index, trimap, confidence, afterCut, reached } of pass) {
    if (keyframes.some((keyframe) => keyframe.index === index)) continue;
    const sent = enlarged ? enlargeTrimap(trimap, reduced, clip.format) : trimap;
    yield { frame: first + index, trimap: sent, confidence, afterCut, reached };
  }
}

function flowEstimator(): FlowsEstimate {
  const half = halfSize(reduced);
  const estimator = new FlowEstimator(half);
  const flows = { forward: allocateFlow(half), backward: allocateFlow(half) };
  return (earlier, later) => {
    estimator.estimateBoth(flows.forward, flows.backward, earlier, later);
    return Promise.resolve(flows);
  };
}
