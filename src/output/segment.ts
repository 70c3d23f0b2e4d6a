/** Consecutive frames of a run that are finished together, in a file of their own. */
export interface Segment {
  /** Position among the run's segments, from 0. */
  readonly number: number;
  /** Position of its first frame in the run, from 0. */
  readonly first: number;
  /** Frames. */
  readonly count: number;
}

/** Cuts a run into segments of `length` frames; the last may be shorter. */
export function cutSegments(frameCount: number, length: number): Segment[] {
  return Array.from({ length: Math.ceil(frameCount / length) }, (_, number) => {
    const first = number * length;
    return { number, first, count: Math.min(length, frameCount - first) };
  });
}
