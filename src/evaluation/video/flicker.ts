import { requireAlike, type MattePair } from './temporal.js';

/** How much alpha changes from one frame to the next. Means over the earlier frame's unknown region, alpha 0..1. */
export interface AlphaChange {
  /** |p′ − p|: the matte's own change. */
  readonly predicted: number;
  /** |g′ − g|: what the subject's motion asks for. */
  readonly truth: number;
  /** |(p′ − p) − (g′ − g)|: change that is not the truth's. Unlike dtSSD it does not depend on the region's size. */
  readonly flicker: number;
}

/**
 * One pair of frames' temporal change, matte against truth.
 *
 * @returns zeros where nothing is unknown
 * @throws RangeError when the planes differ in size
 */
export function alphaChange(pair: MattePair): AlphaChange {
  const { earlier, later, unknown } = pair;
  requireAlike(pair, unknown.length);
  const sums = { predicted: 0, truth: 0, flicker: 0 };
  let pixels = 0;
  for (let i = 0; i < unknown.length; i++) {
    if (unknown[i] === 0) continue;
    const change = later.predicted[i]! - earlier.predicted[i]!;
    const wanted = later.truth[i]! - earlier.truth[i]!;
    sums.predicted += Math.abs(change);
    sums.truth += Math.abs(wanted);
    sums.flicker += Math.abs(change - wanted);
    pixels += 1;
  }
  if (pixels === 0) return sums;
  return {
    predicted: sums.predicted / pixels,
    truth: sums.truth / pixels,
    flicker: sums.flicker / pixels,
  };
}
