import { tmpdir } from 'node:os';
import { MatteflowError, throwIfAborted } from '../core/errors.js';
import { Interval, type FlowPair } from './interval.js';
import { learnKeyframe, type LearntKeyframe } from './learnt-keyframe.js';
import { halfSize, halvePicture, type Size } from './picture.js';
import { Spill } from './spill.js';

/** A reduced-size copy of one frame. */
export interface Picture {
  /** Position in the clip, from 0, without gaps. */
  readonly index: number;
  /** Interleaved R′G′B′ bytes. */
  readonly rgb: Uint8Array;
}

/** A person's trimap for one frame, at the pictures' size: 0, 128, 255. */
export interface KeyframeTrimap {
  readonly index: number;
  readonly trimap: Uint8Array;
}

export interface PropagatedTrimap {
  readonly index: number;
  /** 0, 128, 255, at the pictures' size; a keyframe's is the keyframe's own. */
  readonly trimap: Uint8Array;
  /**
   * 0..1: the share of the unknown region that a band of the keyframes' width accounts for; the rest is
   * doubt. 1 for keyframes. It says how much of a frame is undecided, not how much is wrong.
   */
  readonly confidence: number;
}

export type FlowsEstimate = (earlier: Uint8Array, later: Uint8Array) => Promise<FlowPair>;

export interface PropagateOptions {
  readonly size: Size;
  /**
   * The flow between two neighbouring frames, both ways, of their half-size pictures (`halfSize(size)`,
   * interleaved R′G′B′): `FlowEstimator.estimateBoth`, here or in another thread. The arrays are read before
   * the next call.
   */
  readonly estimateFlows: FlowsEstimate;
  readonly signal: AbortSignal;
  /** Where frames wait for the next keyframe, 9 bytes a pixel each; default the system's temporary folder. */
  readonly temporaryFolder?: string;
}

/**
 * Trimaps for every frame from those of a few: forward from the keyframe before and backward from the one
 * after. Yields every frame in order; those of an interval come together, when its closing keyframe (or the
 * end of the clip) has been reached. Holds a fixed number of frames in memory whatever the interval's length.
 * Runs its kernels on the calling thread, 50 to 300 ms at a time at 640 × 360: for a worker thread only.
 *
 * @throws MatteflowError `TRIMAP_MISSING` without keyframes, `TRIMAP_OUT_OF_RANGE` for a keyframe after the
 * last picture, `TRIMAP_SIZE`, `OUTPUT_UNWRITABLE`, `ABORTED`
 */
export async function* propagateTrimaps(
  pictures: AsyncIterable<Picture>,
  keyframes: readonly KeyframeTrimap[],
  { size, estimateFlows, signal, temporaryFolder = tmpdir() }: PropagateOptions,
): AsyncGenerator<PropagatedTrimap> {
  const waiting = checkedKeyframes(keyframes, size);
  const spill = await Spill.create(temporaryFolder);
  try {
    const interval = new Interval(size, spill);
    const half = halfSize(size);
    let earlier = new Uint8Array(3 * half.width * half.height);
    let later = new Uint8Array(3 * half.width * half.height);
    let start: LearntKeyframe | undefined;
    /** The next frame to yield. */
    let next = 0;
    let first = true;
    for await (const { index, rgb } of pictures) {
      throwIfAborted(signal);
      halvePicture(later, rgb, size);
      await interval.add(rgb, first ? undefined : await estimateFlows(earlier, later));
      first = false;
      [earlier, later] = [later, earlier];
      const keyframe = waiting.get(index);
      if (!keyframe) continue;
      waiting.delete(index);
      const end = learnKeyframe(rgb, keyframe, size);
      for await (const frame of interval.solve(start, end, signal)) yield { index: next++, ...frame };
      yield { index: next++, trimap: keyframe, confidence: 1 };
      start = end;
      await interval.add(rgb);
    }
    const [beyond] = waiting.keys();
    if (beyond !== undefined) throw outOfRange(beyond, next);
    for await (const frame of interval.solve(start, undefined, signal)) yield { index: next++, ...frame };
  } finally {
    await spill.close();
  }
}

function checkedKeyframes(keyframes: readonly KeyframeTrimap[], size: Size): Map<number, Uint8Array> {
  if (keyframes.length === 0) {
    throw new MatteflowError('TRIMAP_MISSING', {
      what: 'there is no keyframe trimap to start from',
      remedy: 'Paint at least one',
    });
  }
  for (const { index, trimap } of keyframes) {
    if (trimap.length === size.width * size.height) continue;
    throw new MatteflowError('TRIMAP_SIZE', {
      what: `the keyframe of frame ${index} has the wrong size`,
      seen: `${trimap.length} pixels`,
      expected: `${size.width} × ${size.height}`,
    });
  }
  return new Map(keyframes.map(({ index, trimap }) => [index, trimap]));
}

function outOfRange(index: number, frames: number): MatteflowError {
  return new MatteflowError('TRIMAP_OUT_OF_RANGE', {
    what: `a keyframe is for frame ${index}, which the clip does not have`,
    expected: `0 to ${frames - 1}`,
  });
}
