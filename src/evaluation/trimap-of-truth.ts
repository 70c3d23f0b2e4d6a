import { dilateUnknown } from '../trimap/morphology.js';
import { BACKGROUND, FOREGROUND, UNKNOWN } from '../trimap/trimap.js';

/**
 * The trimap that an exact alpha gives: unknown where 0 < α < 1, and up to `distance` pixels from there.
 *
 * @param dst - 0, 128, 255; row-major
 * @param truth - alpha 0..1, of the same shape
 * @param distance - radius of the disc, pixels
 */
export function trimapOfTruth(
  dst: Uint8Array,
  truth: Float32Array,
  size: { readonly width: number; readonly height: number },
  distance: number,
): void {
  for (let i = 0; i < dst.length; i++) {
    const alpha = truth[i]!;
    dst[i] = alpha <= 0 ? BACKGROUND : alpha >= 1 ? FOREGROUND : UNKNOWN;
  }
  dilateUnknown(dst, dst, size, distance);
}
