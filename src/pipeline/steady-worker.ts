/** The worker thread that steadies alpha: it remembers the frame before and the one after, and how they move. */
import { workerData } from 'node:worker_threads';
import { viewPlanes, type FrameFormat, type FrameMemory } from '../core/frame.js';
import { task, type Task } from '../core/thread.js';
import { isCut } from '../trimap/cut.js';
import { MotionEstimator, type MotionPair } from '../trimap/frame-motion.js';
import { addCorrection, SteadyFilter, type MattedPicture, type SteadyNeighbour } from '../trimap/steady.js';
import { reducedTo } from './frame-picture.js';
import { mattedPicture } from './matted-picture.js';

export interface SteadySetup {
  readonly format: FrameFormat;
  readonly strength: number;
}

/** A frame by its place in a run of frames that follow one another. */
export interface SteadyInput {
  readonly index: number;
  readonly memory: FrameMemory;
}

export interface TakeInput extends SteadyInput {
  /** It has nothing to do with the frames before. */
  readonly begins: boolean;
}

/** Longest side of the pictures that the correction is made on, pixels. At 640 it gains 7 % more and costs 75 % more. */
const LONG_SIDE = 480;

const { format, strength } = workerData as SteadySetup;
const size = reducedTo(LONG_SIDE, format);
const motion = new MotionEstimator(size);
const filter = new SteadyFilter(size);
const correction = new Float32Array(size.width * size.height);

/** What is kept of a frame. */
interface Kept {
  readonly index: number;
  readonly picture: MattedPicture;
  /** Between the frame before and this one; undefined where that is not known here, or of another shot. */
  readonly pair: MotionPair | undefined;
}

/** The last three frames, the newest last. */
let kept: readonly Kept[] = [];

/** Takes a frame in, as it was matted. */
export const take: Task<TakeInput, void> = task(({ index, memory, begins }) => {
  const before = begins ? undefined : kept.at(-1);
  const picture = mattedPicture(memory, size);
  const apart = !before || isCut(before.picture.rgb, picture.rgb, size);
  const pair = apart ? undefined : motion.between(before.picture.rgb, picture.rgb);
  kept = [...(begins ? [] : kept.slice(-2)), { index, picture, pair }];
});

/** Filters a frame's alpha by those of its neighbours that have been taken in. */
export const steady: Task<SteadyInput, void> = task(({ index, memory }) => {
  const at = kept.findIndex((frame) => frame.index === index);
  const [before, here, after] = [kept[at - 1], kept[at], kept[at + 1]];
  if (!here) throw new Error(`frame ${index} has not been taken in`);
  const neighbours: SteadyNeighbour[] = [];
  if (before && here.pair) neighbours.push({ alpha: before.picture.alpha, motion: here.pair.backward });
  if (after?.pair) neighbours.push({ alpha: after.picture.alpha, motion: after.pair.forward });
  if (neighbours.length === 0) return;
  filter.correction(correction, here.picture, neighbours, strength);
  const { alpha, trimap } = viewPlanes(memory);
  addCorrection(alpha, trimap, format, correction, size);
});
