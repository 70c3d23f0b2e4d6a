import type { Size } from './picture.js';
import { BACKGROUND, FOREGROUND, UNKNOWN } from './trimap.js';

/**
 * A smaller copy of a trimap. A pixel is known only where every pixel of the area it stands for is known alike, so that
 * reducing never makes a known pixel of an unknown one.
 *
 * @param dst - `reduced` pixels; receives 0, 128, 255
 * @param src - `size` pixels
 * @param reduced - no larger than `size`
 */
export function reduceTrimap(dst: Uint8Array, src: Uint8Array, size: Size, reduced: Size): void {
  for (let y = 0, out = 0; y < reduced.height; y++) {
    const top = Math.floor((y * size.height) / reduced.height);
    const bottom = Math.ceil(((y + 1) * size.height) / reduced.height);
    for (let x = 0; x < reduced.width; x++, out++) {
      const left = Math.floor((x * size.width) / reduced.width);
      const right = Math.ceil(((x + 1) * size.width) / reduced.width);
      dst[out] = common(src, size.width, left, right, top, bottom);
    }
  }
}

function common(
  src: Uint8Array,
  stride: number,
  left: number,
  right: number,
  top: number,
  bottom: number,
): number {
  const value = src[top * stride + left]!;
  if (value !== BACKGROUND && value !== FOREGROUND) return UNKNOWN;
  for (let y = top; y < bottom; y++) {
    for (let i = y * stride + left, end = y * stride + right; i < end; i++)
      if (src[i] !== value) return UNKNOWN;
  }
  return value;
}
