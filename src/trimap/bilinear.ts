import type { Size } from './picture.js';

/**
 * A picture's values at a point between its pixels, by bilinear interpolation; beyond its border the border's.
 *
 * @param dst - receives `channels` values from `to` on
 * @param values - interleaved
 * @param x - pixels; 0 is the middle of the leftmost one
 */
export function sampleBilinear(
  dst: Float32Array | Float64Array,
  to: number,
  values: Float32Array,
  { width, height }: Size,
  channels: number,
  x: number,
  y: number,
): void {
  const cx = Math.min(width - 1, Math.max(0, x));
  const cy = Math.min(height - 1, Math.max(0, y));
  const x0 = Math.floor(cx);
  const y0 = Math.floor(cy);
  const fx = cx - x0;
  const fy = cy - y0;
  const right = x0 + 1 < width ? channels : 0;
  const below = y0 + 1 < height ? channels * width : 0;
  for (let c = 0, p = channels * (y0 * width + x0); c < channels; c++, p++) {
    dst[to + c] =
      (1 - fy) * ((1 - fx) * values[p]! + fx * values[p + right]!) +
      fy * ((1 - fx) * values[p + below]! + fx * values[p + below + right]!);
  }
}
