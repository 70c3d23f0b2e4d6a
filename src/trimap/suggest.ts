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

/** Frames: the distance of a frame without any keyframe. */
const FAR_FROM_ANY = 1e6;
/** Frames tried as the next keyframe at most: those of a long clip in even steps. */
const CANDIDATES = 200;

/**
 * The frames where a keyframe would help most, best first. A frame's doubt is taken to change as its distance to the
 * keyframes on either side does, the two combined as resistors in parallel are: beyond the last keyframe it grows with the
 * distance, in the middle of a gap it is a quarter of the gap's. Greedily, the frame is chosen that lowers the sum most, and
 * its effect is counted in before the next.
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
    const step = Math.ceil(doubts.length / CANDIDATES);
    const candidates = doubts.filter((_, n) => n % step === 0);
    const gains = candidates.map((each) => gain(doubts, each.frame));
    const { frame } = candidates[gains.indexOf(Math.max(...gains))]!;
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
  const changed = {
    before: keyframe < frame ? distance : before,
    after: keyframe > frame ? distance : after,
  };
  return { frame, doubt: (doubt * resistance(changed)) / resistance(each), ...changed };
}

/** Of two distances in parallel; one may be infinite, and is then as if it were not there. */
function resistance({ before, after }: Pick<Doubt, 'before' | 'after'>): number {
  const conductance = 1 / before + 1 / after;
  return conductance === 0 ? FAR_FROM_ANY : 1 / conductance;
}
