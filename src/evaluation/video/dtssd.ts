import { requireAlike, type MattePair, type TemporalError } from './temporal.js';

/**
 * How differently matte and truth change from one frame to the next: the dtSSD of Erofeev et al., *Perceptually
 * Motivated Benchmark for Video Matting* (BMVC 2015), one pair of frames' share of it. With
 * d(x) = (p′(x) − p(x)) − (g′(x) − g(x)), p the matte, g the truth, ′ the later frame:
 *
 * - `unknown-sum`: √(Σ d²) over the unknown region. The paper sums over the unknown region without saying of which of
 *   the two frames; here, as in the evaluation code of later papers, it is the earlier's.
 * - `frame-mean`: 100·√(Σ d² / pixels) over the whole frame.
 *
 * A clip's value is the mean over its pairs of frames.
 *
 * @returns 0 in both where matte and truth change alike, or nothing is compared
 * @throws RangeError when the planes differ in size
 */
export function dtssd(pair: MattePair): TemporalError {
  const { earlier, later, unknown } = pair;
  const pixels = unknown.length;
  requireAlike(pair, pixels);
  let frame = 0;
  let region = 0;
  for (let i = 0; i < pixels; i++) {
    const change = later.predicted[i]! - earlier.predicted[i]!;
    const wanted = later.truth[i]! - earlier.truth[i]!;
    const squared = (change - wanted) ** 2;
    frame += squared;
    if (unknown[i] !== 0) region += squared;
  }
  return {
    'frame-mean': pixels === 0 ? 0 : 100 * Math.sqrt(frame / pixels),
    'unknown-sum': Math.sqrt(region),
  };
}
