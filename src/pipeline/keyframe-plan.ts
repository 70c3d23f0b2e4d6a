import { contentHash } from '../core/content-hash.js';
import { throwIfAborted } from '../core/errors.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import { openClip, type Clip } from '../ingest/clip.js';
import { intervalsOf, type FrameSpan, type KeyframeInterval } from '../trimap/intervals.js';
import { findKeyframes, type Keyframe } from '../trimap/keyframes.js';
import { reducedSize } from '../trimap/picture.js';
import { reduceTrimap } from '../trimap/reduce.js';
import { allKnownError, readTrimap, unknownCount } from '../trimap/trimap.js';

/** What is to be propagated for a run, from keyframes in files. */
export interface KeyframePlan {
  /** The run, widened to the nearest keyframe on each side that has none of its own at the end. */
  readonly span: Clip;
  /** Those inside the span; `index` counts from its first frame. */
  readonly keyframes: readonly Keyframe[];
  /** The frames to be propagated; none when every frame is painted. */
  readonly intervals: readonly KeyframeInterval[];
  /** A keyframe's trimap by its number, `reducedSize` of the clip's. */
  readonly readReduced: (number: number) => Promise<Uint8Array>;
}

/**
 * Finds the painted trimaps and what is between them.
 *
 * @param path - a folder of trimaps named by frame number, or one file for the first frame
 * @throws `TRIMAP_MISSING`, `TRIMAP_INVALID`, `TRIMAP_SIZE`, `TRIMAP_OUT_OF_RANGE`, `TRIMAP_ALL_KNOWN`, `ABORTED`
 */
export async function planKeyframes(
  ffmpeg: Ffmpeg,
  clip: Clip,
  path: string,
  signal: AbortSignal,
): Promise<KeyframePlan> {
  const painted = await findKeyframes(path, { ...clip.format, ...clip.whole });
  const bounds = spanOf(painted, clip);
  const same = bounds.first === clip.firstNumber && bounds.last === lastOf(clip);
  const span = same
    ? clip
    : await openClip(ffmpeg, clip.path, { ...clip.reading, range: [bounds.first, bounds.last], signal });
  const keyframes = within(painted, bounds);
  const marks = [];
  let unknown = 0;
  if (keyframes.length < span.frameCount) {
    for (const keyframe of keyframes) {
      throwIfAborted(signal);
      unknown += unknownCount(await readTrimap(keyframe.path, clip.format));
      marks.push({ number: keyframe.number, digest: await contentHash(keyframe.path, signal) });
    }
    if (unknown === 0) throw allKnownError(path);
  }
  const paths = new Map(keyframes.map((keyframe) => [keyframe.number, keyframe.path]));
  const reduced = reducedSize(clip.format);
  return {
    span,
    keyframes,
    intervals: marks.length === 0 ? [] : intervalsOf(marks, bounds),
    readReduced: async (number) => {
      const dst = new Uint8Array(reduced.width * reduced.height);
      reduceTrimap(dst, await readTrimap(paths.get(number)!, clip.format), clip.format, reduced);
      return dst;
    },
  };
}

const lastOf = ({ firstNumber, frameCount }: Pick<Clip, 'firstNumber' | 'frameCount'>): number =>
  firstNumber + frameCount - 1;

function spanOf(painted: readonly Keyframe[], run: Clip): FrameSpan {
  const bounds = { first: run.firstNumber, last: lastOf(run) };
  if (within(painted, bounds).length === run.frameCount) return bounds;
  return {
    first: painted.findLast(({ number }) => number <= bounds.first)?.number ?? bounds.first,
    last: painted.find(({ number }) => number >= bounds.last)?.number ?? bounds.last,
  };
}

function within(painted: readonly Keyframe[], { first, last }: FrameSpan): Keyframe[] {
  return painted
    .filter(({ number }) => number >= first && number <= last)
    .map((keyframe) => ({ ...keyframe, index: keyframe.number - first }));
}
