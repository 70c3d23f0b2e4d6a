import type { Frame } from '../core/frame.js';

/** What is found out about the frames of a run on their way. */
export interface Tally {
  /** Pixels of unknown alpha. */
  unknown: number;
  /** Numbers of the frames that show the picture of an earlier one. */
  readonly held: number[];
}

/** Counts a frame in. @param unknown - its pixels of unknown alpha */
export function count(tally: Tally, { index, number, shows }: Frame, unknown: number): void {
  tally.unknown += unknown;
  if (shows !== index && !tally.held.includes(number)) tally.held.push(number);
}
