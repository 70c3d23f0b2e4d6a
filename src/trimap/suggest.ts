/** A propagated frame with how sure its trimap is, 0..1. */
export interface JudgedFrame {
  readonly frame: number;
  readonly confidence: number;
}

/** A frame's doubt, and how far away the nearest keyframe is on either side; Infinity: there is none. */
interface Doubt {
  readonly frame: number;
  readonly doubt: number;
  readonly before: number;
  readonly after: number;
}

/**
 * The frames where a keyframe would help most, best first. A keyframe is taken to lower the doubt of the frames up to its
 * neighbouring keyframes in proportion to how much nearer it is than they are; greedily, the frame is chosen that lowers
 * the sum most, and its effect is counted in before the next.
 *
 * @param frames - all that were propagated
 * @param keyframes - numbers of the frames that are painted already
 * @param count - wanted; fewer are returned when there are fewer frames
 */
export function suggestKeyframes(
  frames: readonly JudgedFrame[],
  keyframes: readonly number[],
  count: number,
): number[] {
  let doubts = frames.map(({ frame, confidence }): Doubt => {
    const before = Math.max(...keyframes.filter((number) => number < frame), -Infinity);
    const after = Math.min(...keyframes.filter((number) => number > frame), Infinity);
    return { frame, doubt: 1 / Math.max(confidence, 1e-3) - 1, before: frame - before, after: after - frame };
  });
  const chosen: number[] = [];
  while (chosen.length < count && doubts.length > 0) {
    const { frame } = doubts.reduce((a, b) => (gain(doubts, b.frame) > gain(doubts, a.frame) ? b : a));
    doubts = doubts.filter((each) => each.frame !== frame).map((each) => relieved(each, frame));
    chosen.push(frame);
  }
  return chosen;
}

/** By how much a keyframe would lower the sum of all doubts. */
function gain(doubts: readonly Doubt[], keyframe: number): number {
  return doubts.reduce((sum, each) => sum + each.doubt - relieved(each, keyframe).doubt, 0);
}

function relieved(each: Doubt, keyframe: number): Doubt {
  const { frame, doubt, before, after } = each;
  const distance = Math.abs(keyframe - frame);
  // A keyframe beyond the next one concerns this frame no more.
  if (distance > (keyframe < frame ? before : after)) return each;
  const nearest = Math.min(before, after);
  return {
    frame,
    doubt: doubt * Math.min(1, distance / nearest),
    before: keyframe < frame ? distance : before,
    after: keyframe > frame ? distance : after,
  };
}
