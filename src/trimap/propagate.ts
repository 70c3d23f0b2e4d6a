import { tmpdir } from 'node:os';
import { MatteflowError, throwIfAborted } from '../core/errors.js';
import { isCut } from './cut.js';
import { hardMask } from './hard-mask.js';
import { Interval, type FlowPair, type SolvedFrame } from './interval.js';
import { learnKeyframe, type LearntKeyframe } from './learnt-keyframe.js';
import { halfSize, halvePicture, type Size } from './picture.js';
import { Spill } from './spill.js';

/** A reduced-size copy of one frame. */
export interface Picture {
  /** Position in the clip, from 0, without gaps. */
  readonly index: number;
  /** Interleaved R′G′B′ bytes; read before the next picture is asked for. */
  readonly rgb: Uint8Array;
}

/** A person's trimap for one frame, at the pictures' size: 0, 128, 255. */
export interface KeyframeTrimap {
  readonly index: number;
  readonly trimap: Uint8Array;
}

export interface PropagatedTrimap {
  readonly index: number;
  /** 0, 128, 255, at the pictures' size; of a keyframe a copy. */
  readonly trimap: Uint8Array<ArrayBuffer>;
  /**
   * Where masks are asked for: 255 where foreground is likelier than background, else 0; a keyframe's runs along the middle
   * of its band.
   */
  readonly mask: Uint8Array | undefined;
  /**
   * 0..1, for comparing frames of a clip: how little of the frame is likely to be wrong. 1 for keyframes, 0 for frames
   * that no keyframe reaches.
   */
  readonly confidence: number;
  /** Whether the clip cuts to another shot here: nothing is carried from the frame before. */
  readonly afterCut: boolean;
  /** Whether any keyframe reaches the frame. If not, its shot has none, and all of the frame is unknown. */
  readonly reached: boolean;
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
  /** Default false. */
  readonly masks?: boolean;
  /** Where frames wait for the next keyframe, 10 bytes a pixel each at most; default the system's temporary folder. */
  readonly temporaryFolder?: string;
}

/**
 * Trimaps for every frame from those of a few: forward from the keyframe before and backward from the one
 * after, neither across a cut. Yields every frame in order; those of an interval come together, when its closing keyframe (or the
 * end of the clip) has been reached. Holds a fixed number of frames in memory whatever the interval's length.
 * Runs its kernels on the calling thread, 50 to 300 ms at a time at 640 × 360: for a worker thread only.
 *
 * @throws MatteflowError `TRIMAP_MISSING` without keyframes, `TRIMAP_OUT_OF_RANGE` for a keyframe after the
 * last picture, `TRIMAP_SIZE`, `OUTPUT_UNWRITABLE`, `ABORTED`
 */
export async function* propagateTrimaps(
  pictures: AsyncIterable<Picture>,
  keyframes: readonly KeyframeTrimap[],
  { size, estimateFlows, signal, masks = false, temporaryFolder = tmpdir() }: PropagateOptions,
): AsyncGenerator<PropagatedTrimap> {
  const waiting = checkedKeyframes(keyframes, size);
  const spill = await Spill.create(temporaryFolder);
  try {
    const interval = new Interval(size, masks, spill);
    const half = halfSize(size);
    let earlier = new Uint8Array(3 * half.width * half.height);
    let later = new Uint8Array(3 * half.width * half.height);
    let start: LearntKeyframe | undefined;
    /** Positions of the first frames after a cut, those not yielded yet. */
    const cuts = new Set<number>();
    /** The next frame to yield. */
    let next = 0;
    const numbered = (frame: SolvedFrame): PropagatedTrimap => {
      const afterCut = cuts.delete(next);
      return { index: next++, ...frame, afterCut };
    };
    let first = true;
    for await (const { index, rgb } of pictures) {
      throwIfAborted(signal);
      halvePicture(later, rgb, size);
      const cut = !first && isCut(earlier, later, half);
      if (cut) {
        for await (const frame of interval.solve(start, undefined, signal)) yield numbered(frame);
        start = undefined;
        cuts.add(index);
      }
      await interval.add(rgb, first || cut ? undefined : await estimateFlows(earlier, later));
      first = false;
      [earlier, later] = [later, earlier];
      const keyframe = waiting.get(index);
      if (!keyframe) continue;
      waiting.delete(index);
      const end = learnKeyframe(rgb, keyframe, size);
      for await (const frame of interval.solve(start, end, signal)) yield numbered(frame);
      const mask = masks ? hardMask(keyframe, size) : undefined;
      yield numbered({ trimap: keyframe.slice(), mask, confidence: 1, reached: true });
      start = end;
      await interval.add(rgb);
    }
    const [beyond] = waiting.keys();
    if (beyond !== undefined) throw outOfRange(beyond, next);
    for await (const frame of interval.solve(start, undefined, signal)) yield numbered(frame);
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
