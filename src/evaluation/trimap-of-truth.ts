import { dilateUnknown } from '../trimap/morphology.js';
import { BACKGROUND, FOREGROUND, UNKNOWN } from '../trimap/trimap.js';

/** How a trimap is made from an exact alpha. */
export interface TruthTrimap {
  /** The unknown region reaches this far from the soft pixels: the radius of a disc, pixels. */
  readonly distance: number;
  /** Alpha this close to 0 or 1 is not soft: 0 takes the truth at its word, 2/255 forgives what a network left in it. */
  readonly tolerance: number;
}

/**
 * The trimap that an exact alpha gives: unknown where it is soft, and as far round as the distance says.
 *
 * @param dst - 0, 128, 255; row-major
 * @param truth - alpha 0..1, of the same shape
 */
export function trimapOfTruth(
  dst: Uint8Array,
  truth: Float32Array,
  size: { readonly width: number; readonly height: number },
  { distance, tolerance }: TruthTrimap,
): void {
  for (let i = 0; i < dst.length; i++) {
    const alpha = truth[i]!;
    dst[i] = alpha <= tolerance ? BACKGROUND : alpha >= 1 - tolerance ? FOREGROUND : UNKNOWN;
  }
  dilateUnknown(dst, dst, size, distance);
}
