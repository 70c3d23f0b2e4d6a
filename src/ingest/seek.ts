import { toNumber } from '../core/rational.js';
import type { Clip } from './clip-model.js';

/** Containers whose index leads to a key frame exactly, by ffprobe's names of them. */
const INDEXED = /(^|,)(mov|matroska)(,|$)/;

export function hasExactIndex(container: string): boolean {
  return INDEXED.test(container);
}

/** Where a decoder begins, and which of the frames it gives are the run's. */
export interface Seek {
  /** Of ffmpeg's input. */
  readonly options: readonly string[];
  readonly filter: string;
}

/**
 * How to decode a run without all that lies before it: from the last key frame that is no later than its first frame. Frames
 * are told apart by their times, so it does not matter where exactly the decoder begins, and too late a beginning shows in
 * their number. Undefined where that cannot be, or where there is nothing to be won: frames are then counted from the start.
 */
export function seekOf({ input, ticks, keyTicks, timeBase, frameCount }: Clip): Seek | undefined {
  // What looks at neighbours is to see those that are passed over as well.
  const able = input.indexed && input.strict && input.filters.length === 0;
  if (!able || input.skip === 0 || ticks?.length !== frameCount) return undefined;
  const [first, last] = [ticks[0]!, ticks.at(-1)!];
  const key = keyTicks ? keyTicks.findLast((tick) => tick <= first) : first;
  if (key === undefined || key <= (keyTicks?.[0] ?? 0)) return undefined;
  const seconds = (key * toNumber(timeBase)).toFixed(6);
  return {
    options: ['-seek_timestamp', '1', '-noaccurate_seek', '-ss', seconds],
    filter: `trim=start_pts=${first}:end_pts=${last + 1}`,
  };
}
