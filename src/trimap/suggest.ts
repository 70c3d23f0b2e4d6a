/** A propagated frame with how sure its trimap is, 0..1. */
export interface JudgedFrame {
  readonly frame: number;
  readonly confidence: number;
}

/** A frame that is in doubt: how much so for each frame of its isolation from keyframes. */
interface Doubt {
  readonly frame: number;
  readonly rate: number;
}

/** Frames tried as a keyframe at most: those of a long clip in even steps. */
const CANDIDATES = 200;
/** Rounds of moving each chosen frame to where it helps most beside the others. */
const ROUNDS = 3;
/** Frames that lie beyond the last keyframe go wrong sooner than their distance says: nothing comes from the other side. */
const ONE_SIDED = 2;
/** The isolation of a frame without any keyframe. */
const ALONE = 1e6;
const LEAST_CONFIDENCE = 1e-3;

/**
 * The frames where keyframes would help most, best first. A frame's doubt is taken to change as its isolation does, so that
 * where a clip is easy keyframes may be far apart. Frames are chosen greedily and then moved, one at a time, to where they
 * lower the sum of all doubts most.
 *
 * @param frames - all that were propagated, in order
 * @param keyframes - numbers of the frames that are painted already
 * @param count - wanted; fewer are returned when there are fewer frames
 */
export function suggestKeyframes(
  frames: readonly JudgedFrame[],
  keyframes: readonly number[],
  count: number,
): number[] {
  const painted = sorted(keyframes);
  const doubts = isolations(frames, painted).map((isolation, n): Doubt => {
    const { frame, confidence } = frames[n]!;
    return { frame, rate: (1 / Math.max(confidence, LEAST_CONFIDENCE) - 1) / isolation };
  });
  const step = Math.ceil(frames.length / CANDIDATES);
  const candidates = frames.filter((_, n) => n % step === 0).map(({ frame }) => frame);
  const chosen: number[] = [];
  const remaining = (extra: readonly number[]): number => sumOfDoubts(doubts, sorted([...painted, ...extra]));
  const best = (others: readonly number[]): number => {
    const free = candidates.filter((frame) => !others.includes(frame));
    const sums = free.map((frame) => remaining([...others, frame]));
    return free[sums.indexOf(Math.min(...sums))]!;
  };
  while (chosen.length < Math.min(count, candidates.length)) chosen.push(best(chosen));
  for (let round = 0; round < ROUNDS && chosen.length > 1; round++) {
    for (let n = 0; n < chosen.length; n++) chosen[n] = best(chosen.toSpliced(n, 1));
  }
  const without = new Map(
    chosen.map((frame) => [frame, remaining(chosen.filter((other) => other !== frame))]),
  );
  return chosen.sort((a, b) => without.get(b)! - without.get(a)!);
}

const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

function sumOfDoubts(doubts: readonly Doubt[], keyframes: readonly number[]): number {
  return isolations(doubts, keyframes).reduce((sum, isolation, n) => sum + isolation * doubts[n]!.rate, 0);
}

/**
 * How far each frame is from the keyframes on either side, the two combined as resistors in parallel are: 0 at a keyframe,
 * a quarter of the gap in its middle, growing with the distance beyond the last one.
 *
 * @param frames - in order
 * @param keyframes - in order
 */
function isolations(frames: readonly { readonly frame: number }[], keyframes: readonly number[]): number[] {
  let next = 0;
  return frames.map(({ frame }) => {
    while (next < keyframes.length && keyframes[next]! < frame) next += 1;
    const before = frame - (keyframes[next - 1] ?? -Infinity);
    const after = (keyframes[next] ?? Infinity) - frame;
    if (before === Infinity && after === Infinity) return ALONE;
    const oneSided = before === Infinity || after === Infinity;
    return oneSided ? ONE_SIDED * Math.min(before, after) : (before * after) / (before + after);
  });
}
