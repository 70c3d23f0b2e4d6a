import type { FrameFormat, FramePlanes } from '../core/frame.js';
import { rgbMatrix } from './rgb-matrix.js';
import { readRgb } from './rgb-pixels.js';

/** Numbers a pixel: colour, then column and row. */
export const FEATURES = 5;

/**
 * Where pixels lie in the space in which neighbours are looked for: R′G′B′ in 0..1, then column and row in frame diagonals
 * × `positionWeight`. `FEATURES` numbers a pixel, in the order of `pixels`.
 *
 * @param pixels - positions in the frame
 */
export function readFeatures(
  pixels: Int32Array,
  { colour }: Pick<FramePlanes, 'colour'>,
  format: FrameFormat,
  positionWeight: number,
): Float32Array {
  const { width, height } = format;
  const matrix = rgbMatrix(format);
  const scale = positionWeight / Math.hypot(width, height);
  const rgb = new Float64Array(3);
  const features = new Float32Array(FEATURES * pixels.length);
  for (let n = 0, to = 0; n < pixels.length; n += 1, to += FEATURES) {
    const pixel = pixels[n]!;
    const y = Math.floor(pixel / width);
    readRgb(rgb, colour, matrix, pixel, 1);
    features.set(rgb, to);
    features[to + 3] = scale * (pixel - y * width);
    features[to + 4] = scale * y;
  }
  return features;
}
