/** A keyframe as far as planning is concerned. */
export interface KeyframeMark {
  /** The frame's number as people know it. */
  readonly number: number;
  /** Two trimaps have the same one only if they are the same: a hash of the pixels. */
  readonly digest: string;
}

/** Frames by number, both ends included. */
export interface FrameSpan {
  readonly first: number;
  readonly last: number;
}

/** A run of frames whose trimaps depend on no keyframe but the ones at its ends. */
export interface KeyframeInterval extends FrameSpan {
  /** The keyframe at `first`; undefined before the first keyframe of all. */
  readonly start: KeyframeMark | undefined;
  /** The keyframe at `last`; undefined after the last keyframe of all. */
  readonly end: KeyframeMark | undefined;
}

/**
 * Cuts a span at its keyframes: neighbouring intervals share the keyframe between them. Intervals without a frame to solve
 * (two neighbouring keyframes) are left out.
 *
 * @param keyframes - inside the span, sorted by number
 */
export function intervalsOf(
  keyframes: readonly KeyframeMark[],
  { first, last }: FrameSpan,
): KeyframeInterval[] {
  const ends = [undefined, ...keyframes, undefined];
  return ends.slice(1).flatMap((end, n) => {
    const start = ends[n];
    const interval = { first: start?.number ?? first, last: end?.number ?? last, start, end };
    return solvedCount(interval) > 0 ? [interval] : [];
  });
}

/** Frames of an interval that are no keyframes. */
export function solvedCount({ first, last, start, end }: KeyframeInterval): number {
  return last - first + 1 - (start ? 1 : 0) - (end ? 1 : 0);
}

/** Intervals with the same name have the same trimaps in one clip: what changed is told by comparing names. */
export function intervalName({ first, last, start, end }: KeyframeInterval): string {
  return `${first}-${last} ${start?.digest ?? ''} ${end?.digest ?? ''}`;
}
