import { createHash } from 'node:crypto';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip } from '../ingest/clip.js';
import { intervalName, intervalsOf, solvedCount, type KeyframeInterval } from '../trimap/intervals.js';
import { reducedSize } from '../trimap/picture.js';
import { reduceTrimap } from '../trimap/reduce.js';
import { suggestKeyframes } from '../trimap/suggest.js';
import { IntervalThreads } from './interval-threads.js';

/** 0 background, 128 unknown, 255 foreground; the clip's width × height. */
export type Trimap = Uint8Array;

export interface PropagatedFrame {
  /** The frame's number as people know it. */
  readonly frame: number;
  readonly trimap: Trimap;
  /** 0..1. */
  readonly confidence: number;
}

/** A clip's trimaps while its keyframes are being painted. */
export interface ClipPropagation {
  /**
   * Brings the frames up to date with the keyframes. Yields those whose trimap has changed since they were last yielded,
   * intervals mixed: a keyframe concerns no frame beyond its neighbouring keyframes. Keyframes themselves are left out.
   * One update at a time; one that was left early is taken up again by the next.
   *
   * @param keyframes - by the frame's number; all there are. None: nothing is yielded
   * @throws MatteflowError `ABORTED`, and what decoding throws
   */
  update(
    keyframes: ReadonlyMap<number, Trimap>,
    options?: { readonly signal?: AbortSignal },
  ): AsyncGenerator<PropagatedFrame>;
  /** Numbers of the frames, best first, where a keyframe would help most; of those the last update has finished. */
  suggest(count: number): number[];
  /** Ends the threads. */
  close(): Promise<void>;
}

/**
 * Propagation of a clip's keyframes that can be repeated cheaply after each of them changes.
 *
 * @param clip - the frames that are wanted
 */
export function openPropagation(ffmpeg: Ffmpeg, clip: Clip): ClipPropagation {
  const threads = new IntervalThreads(ffmpeg, clip);
  const span = { first: clip.firstNumber, last: clip.firstNumber + clip.frameCount - 1 };
  const reduced = reducedSize(clip.format);
  /** By the interval's name: the confidences of the frames that have been yielded. */
  let done = new Map<string, Map<number, number>>();
  let keyframeNumbers: readonly number[] = [];

  async function* update(
    keyframes: ReadonlyMap<number, Trimap>,
    { signal = new AbortController().signal }: { readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<PropagatedFrame> {
    keyframeNumbers = [...keyframes.keys()].sort((a, b) => a - b);
    if (keyframes.size === 0) done = new Map();
    if (keyframes.size === 0) return;
    const marks = keyframeNumbers.map((number) => ({ number, digest: digestOf(keyframes.get(number)!) }));
    const intervals = intervalsOf(marks, span);
    const isDone = (interval: KeyframeInterval): boolean =>
      done.get(intervalName(interval))?.size === solvedCount(interval);
    done = new Map(
      intervals.flatMap((interval) =>
        isDone(interval) ? [[intervalName(interval), done.get(intervalName(interval))!]] : [],
      ),
    );
    const readReduced = (number: number): Promise<Uint8Array> => {
      const dst = new Uint8Array(reduced.width * reduced.height);
      reduceTrimap(dst, keyframes.get(number)!, clip.format, reduced);
      return Promise.resolve(dst);
    };
    const changed = intervals.filter((interval) => !isDone(interval));
    for (const interval of changed) done.set(intervalName(interval), new Map());
    for await (const { interval, ...frame } of threads.solve(changed, readReduced, true, signal)) {
      done.get(intervalName(interval))!.set(frame.frame, frame.confidence);
      yield frame;
    }
  }

  return {
    update,
    suggest: (count) => {
      const frames = [...done.values()].flatMap((confidences) => [...confidences]);
      const judged = frames.map(([frame, confidence]) => ({ frame, confidence }));
      return suggestKeyframes(judged, keyframeNumbers, count);
    },
    close: () => threads.close(),
  };
}

function digestOf(trimap: Trimap): string {
  return createHash('sha256').update(trimap).digest('hex');
}
