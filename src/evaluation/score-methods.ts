import { throwIfAborted } from '../core/errors.js';
import { scoreMatte } from './metrics.js';
import type { Method, Picture, PictureResult, PictureScores, TimedMatte } from './results.js';

/** One picture's mattes and how far each is from the truth. */
export interface ScoredPicture {
  /** By the method's name. */
  readonly mattes: ReadonlyMap<string, Float32Array>;
  readonly result: PictureResult;
}

/**
 * Mattes one picture by every method, one after another, and scores the mattes.
 *
 * @param options.onMatte - how many methods have been scored
 * @throws `ABORTED`; what the methods throw
 */
export async function scoreMethods(
  picture: Picture,
  methods: readonly Method[],
  options: { readonly signal: AbortSignal; readonly onMatte?: (scored: number) => void },
): Promise<ScoredPicture> {
  const { name, trimap, truth } = picture;
  const { width, height } = picture.image.format;
  const mattes = new Map<string, Float32Array>();
  const scores: Record<string, PictureScores> = {};
  for (const [index, method] of methods.entries()) {
    throwIfAborted(options.signal);
    const { alpha, seconds } = await timedMatte(method, picture);
    mattes.set(method.name, alpha);
    scores[method.name] = { ...scoreMatte(alpha, truth, trimap, width, height), seconds };
    options.onMatte?.(index + 1);
  }
  const unknownPixels = Object.values(scores)[0]?.unknownPixels ?? 0;
  return { mattes, result: { name, width, height, unknownPixels, methods: scores } };
}

async function timedMatte(method: Method, picture: Picture): Promise<TimedMatte> {
  if (method.timed) return method.timed(picture);
  const start = performance.now();
  const alpha = await method.matte(picture);
  return { alpha, seconds: (performance.now() - start) / 1000 };
}
