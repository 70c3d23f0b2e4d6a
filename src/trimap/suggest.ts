/** A propagated frame with how sure its trimap is, 0..1. */
export interface JudgedFrame {
  readonly frame: number;
  readonly confidence: number;
}

/**
 * The frames where a keyframe would help most, best first: greedily the least sure one, where each choice makes its
 * neighbours, as far as the next keyframes, surer by how near they are.
 *
 * @param keyframes - numbers of the frames that are painted already, sorted
 */
export function suggestKeyframes(
  frames: readonly JudgedFrame[],
  keyframes: readonly number[],
  count: number,
): number[] {
  const painted = [...keyframes];
  const doubt = new Map(frames.map(({ frame, confidence }) => [frame, 1 - confidence]));
  const chosen: number[] = [];
  while (chosen.length < count && doubt.size > 0) {
    const [best] = [...doubt].reduce((a, b) => (b[1] > a[1] ? b : a));
    const before = Math.max(...painted.filter((number) => number < best), -Infinity);
    const after = Math.min(...painted.filter((number) => number > best), Infinity);
    for (const [frame, value] of doubt) {
      const reach = frame < best ? best - before : after - best;
      if (frame <= before || frame >= after) continue;
      doubt.set(frame, Number.isFinite(reach) ? (value * Math.abs(frame - best)) / reach : value);
    }
    doubt.delete(best);
    painted.push(best);
    chosen.push(best);
  }
  return chosen;
}
