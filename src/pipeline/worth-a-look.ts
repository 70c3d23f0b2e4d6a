import type { FrameReport } from './run-report.js';

/** Frames of a kind at most. */
const MOST = 6;
/** Frames that are nearer to each other than this show the same trouble. */
const APART = 5;
/** Frames spread evenly over a run. */
const SPREAD = 12;

/** Positions of the frames that a person should look at first, the worst first. */
export interface WorthALook {
  readonly unsure: readonly number[];
  readonly flickering: readonly number[];
  readonly cuts: readonly number[];
}

/** Chooses from frames in order; ties go to the earlier one. */
export function worthALook(frames: readonly FrameReport[]): WorthALook {
  return {
    unsure: worst(frames, ({ confidence }) => 1 - confidence),
    flickering: worst(frames, ({ flicker = 0 }) => flicker),
    cuts: frames
      .filter(({ cut }) => cut)
      .slice(0, MOST)
      .map(({ index }) => index),
  };
}

/** Whether the frame is one of those spread evenly over a run of that many. */
export function isSpread(index: number, frames: number): boolean {
  return index % Math.ceil(frames / SPREAD) === 0;
}

/** Those with the highest badness above 0, no two of them neighbours. */
function worst(frames: readonly FrameReport[], badness: (frame: FrameReport) => number): number[] {
  const bad = frames.filter((frame) => badness(frame) > 0).sort((a, b) => badness(b) - badness(a));
  const chosen: number[] = [];
  for (const { index } of bad) {
    if (chosen.length === MOST) break;
    if (chosen.every((other) => Math.abs(other - index) >= APART)) chosen.push(index);
  }
  return chosen;
}
