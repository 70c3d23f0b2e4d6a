import { MatteflowError, throwIfAborted } from '../../core/errors.js';
import type { Ffmpeg } from '../../ffmpeg/tools.js';
import { findKeyframes } from '../../trimap/keyframes.js';
import { readTrimap } from '../../trimap/trimap.js';
import { judgeBand } from './clip-band.js';
import { ClipMeter, type Judgement, type MattedFrame } from './clip-meter.js';
import type { ClipResult, MethodResult } from './clip-results.js';
import { countedList } from './counted-list.js';
import { openMotion } from './motion.js';
import { readFrameAlpha } from './read-frame-alpha.js';
import type { TruthClip } from './truth-clip.js';

/** One way to a clip's matte: a model with its stages, finished mattes from elsewhere. */
export interface ClipMethod {
  /** Unique among those compared; heads its row. */
  readonly name: string;
  /**
   * Hands over the clip's frames, in order, and waits for each call to settle; those without a truth may be left out.
   *
   * @param trimaps - a folder with a trimap for every frame, named by number
   */
  matte(
    clip: TruthClip,
    trimaps: string,
    onFrame: (frame: MattedFrame) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
}

export interface EvaluateClipOptions {
  /**
   * A folder with a trimap for every frame, named by number: painted, or propagated from the painted ones. What is
   * unknown in them is what the methods are scored on.
   */
  readonly trimaps: string;
  readonly signal: AbortSignal;
  /** Is told before each method starts. */
  readonly onMethod?: (name: string) => void;
}

/**
 * Judges methods on one clip, one after another, and the trimaps they were given. Nothing that grows with the clip is kept
 * but a row of numbers a frame.
 *
 * @throws MatteflowError `INPUT_UNSUPPORTED` when a method leaves out frames that have a truth, or hands over another
 *   size; `TRIMAP_MISSING` when a frame has no trimap; what decoding, the methods and the truth's files throw
 */
export async function evaluateClip(
  ffmpeg: Ffmpeg,
  truthClip: TruthClip,
  methods: readonly ClipMethod[],
  { trimaps, signal, onMethod }: EvaluateClipOptions,
): Promise<ClipResult> {
  const { name, clip, truths, painted } = truthClip;
  const by = await openJudgement(truthClip, trimaps);
  const indices = [...truths.keys()].sort((a, b) => a - b);
  const band = await judgeBand(indices, painted, by, signal);
  const results: Record<string, MethodResult> = {};
  for (const method of methods) {
    throwIfAborted(signal);
    onMethod?.(method.name);
    results[method.name] = await judge(ffmpeg, method, truthClip, trimaps, by, signal);
  }
  const { width, height } = clip.format;
  return {
    ...{ name, width, height },
    frames: clip.frameCount,
    truths: truths.size,
    painted: painted.map(({ number }) => number),
    unknownRegion: painted.length === clip.frameCount ? 'painted' : 'propagated',
    band,
    methods: results,
  };
}

async function judge(
  ffmpeg: Ffmpeg,
  method: ClipMethod,
  truthClip: TruthClip,
  trimaps: string,
  by: Omit<Judgement, 'motion'>,
  signal: AbortSignal,
): Promise<MethodResult> {
  const motion = openMotion(ffmpeg, truthClip.clip, signal);
  try {
    const meter = new ClipMeter({ ...by, motion });
    await method.matte(truthClip, trimaps, (frame) => meter.add(frame), signal);
    const result = meter.result();
    checkComplete(method, truthClip, result);
    return result;
  } finally {
    await motion.close();
  }
}

/** The readers of truth and trimap files. @throws as `findKeyframes` does */
async function openJudgement(
  { clip, truths }: TruthClip,
  trimaps: string,
): Promise<Omit<Judgement, 'motion'>> {
  const size = clip.format;
  const files = new Map(
    (await findKeyframes(trimaps, { ...size, ...clip.whole })).map(({ index, path }) => [index, path]),
  );
  const numberOf = (index: number): number => clip.firstNumber + index;
  return {
    size,
    numberOf,
    truthAt: async (index) => {
      const path = truths.get(index);
      return path === undefined ? undefined : readFrameAlpha(path, size);
    },
    trimapAt: async (index) => {
      const path = files.get(index);
      if (path !== undefined) return readTrimap(path, size);
      throw new MatteflowError('TRIMAP_MISSING', {
        what: `there is no trimap for frame ${numberOf(index)}`,
        expected: 'one for every frame',
        subject: trimaps,
      });
    },
  };
}

function checkComplete(
  { name }: ClipMethod,
  { name: clipName, clip, truths }: TruthClip,
  { frames }: MethodResult,
): void {
  const seen = new Set(frames.map(({ frame }) => frame));
  const missing = [...truths.keys()].map((index) => clip.firstNumber + index).filter((n) => !seen.has(n));
  if (missing.length === 0) return;
  throw new MatteflowError('INPUT_UNSUPPORTED', {
    what: `${name} has no matte for frames that have a truth`,
    seen: `missing ${countedList(missing.sort((a, b) => a - b))}`,
    expected: `all ${truths.size}`,
    subject: clipName,
  });
}
