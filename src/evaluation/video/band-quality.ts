import { BACKGROUND, FOREGROUND } from '../../trimap/trimap.js';

/** Alpha of a truly mixed pixel lies between these. */
const MIXED = { above: 0.05, below: 0.95 } as const;

/** How well a trimap holds the exact alpha, counted in pixels. */
export interface BandCounts {
  readonly pixels: number;
  /** Of the trimap: neither foreground nor background. */
  readonly unknown: number;
  /** Of the truth: 0.05 < alpha < 0.95. */
  readonly mixed: number;
  /** Mixed pixels that are unknown. */
  readonly covered: number;
  /** Of the truth: 0 < alpha < 1. The smallest unknown region that makes no known pixel say anything wrong. */
  readonly fractional: number;
  /** Known foreground with alpha < 0.95. */
  readonly wrongForeground: number;
  /** Known background with alpha > 0.05. */
  readonly wrongBackground: number;
}

/** The same as shares. A share of nothing (no mixed pixel, everything unknown) is undefined. */
export interface BandQuality {
  /** Share of the mixed pixels that are unknown, 0..1; higher is better. */
  readonly covered: number | undefined;
  /** Share of the known pixels that are wrong, 0..1; lower is better. */
  readonly wrong: number | undefined;
  /** Unknown pixels for each mixed one; lower is less work, and less room for error. */
  readonly overMixed: number | undefined;
  /** Unknown pixels for each of the tightest possible band, which is every pixel with 0 < alpha < 1. */
  readonly overTightest: number | undefined;
}

/**
 * Holds one frame's trimap against its exact alpha.
 *
 * @param trimap - 0 background, 255 foreground, anything else unknown
 * @param truth - alpha 0..1, of the same shape
 * @throws RangeError when they differ in size
 */
export function countBand(trimap: Uint8Array, truth: Float32Array): BandCounts {
  if (trimap.length !== truth.length) {
    throw new RangeError(`the trimap has ${trimap.length} pixels, the truth ${truth.length}`);
  }
  const counts = { unknown: 0, mixed: 0, covered: 0, fractional: 0, wrongForeground: 0, wrongBackground: 0 };
  for (let i = 0; i < trimap.length; i++) {
    const alpha = truth[i]!;
    const said = trimap[i]!;
    const mixed = alpha > MIXED.above && alpha < MIXED.below;
    if (mixed) counts.mixed += 1;
    if (alpha > 0 && alpha < 1) counts.fractional += 1;
    if (said === FOREGROUND) {
      if (alpha < MIXED.below) counts.wrongForeground += 1;
    } else if (said === BACKGROUND) {
      if (alpha > MIXED.above) counts.wrongBackground += 1;
    } else {
      counts.unknown += 1;
      if (mixed) counts.covered += 1;
    }
  }
  return { pixels: trimap.length, ...counts };
}

/** The shares that follow from the counts. */
export function bandQuality(counts: BandCounts): BandQuality {
  const { pixels, unknown, mixed, covered, fractional, wrongForeground, wrongBackground } = counts;
  return {
    covered: share(covered, mixed),
    wrong: share(wrongForeground + wrongBackground, pixels - unknown),
    overMixed: share(unknown, mixed),
    overTightest: share(unknown, fractional),
  };
}

/** The mean of each share over the frames that have it. */
export function meanBandQuality(frames: readonly BandQuality[]): BandQuality {
  const mean = (name: keyof BandQuality): number | undefined => {
    const values = frames.flatMap((frame) => frame[name] ?? []);
    return share(
      values.reduce((sum, value) => sum + value, 0),
      values.length,
    );
  };
  return {
    covered: mean('covered'),
    wrong: mean('wrong'),
    overMixed: mean('overMixed'),
    overTightest: mean('overTightest'),
  };
}

function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}
