/**
 * How an error between two frames becomes one number. Both are in use, and their numbers cannot be compared:
 *
 * - `frame-mean`: over all pixels of the frame, as a mean, times 100. dtSSD is printed so since Lin, Yang, Saleemi and
 *   Sengupta, *Robust High-Resolution Video Matting with Temporal Guidance* (WACV 2022).
 * - `unknown-sum`: over the unknown region of the earlier frame, as a sum, as Erofeev, Gitman, Vatolin, Fedorov and
 *   Wang define it in *Perceptually Motivated Benchmark for Video Matting* (BMVC 2015). Grows with the picture's size.
 */
export type TemporalConvention = 'frame-mean' | 'unknown-sum';

/** One error in each convention; lower is better. */
export type TemporalError = Readonly<Record<TemporalConvention, number>>;

/** One frame's matte and the exact one: alpha 0..1, row-major, of one size. */
export interface JudgedMatte {
  readonly predicted: Float32Array;
  readonly truth: Float32Array;
}

/** Two frames that follow one another. */
export interface MattePair {
  readonly earlier: JudgedMatte;
  readonly later: JudgedMatte;
  /** Of the earlier frame: not 0 where its trimap is unknown. */
  readonly unknown: Uint8Array;
}

/** @throws RangeError when the planes of a pair differ in size from `pixels` */
export function requireAlike({ earlier, later, unknown }: MattePair, pixels: number): void {
  const planes = {
    'the earlier matte': earlier.predicted,
    'the earlier truth': earlier.truth,
    'the later matte': later.predicted,
    'the later truth': later.truth,
    'the unknown region': unknown,
  };
  for (const [name, { length }] of Object.entries(planes)) {
    if (length !== pixels) throw new RangeError(`${name} has ${length} pixels, not ${pixels}`);
  }
}
