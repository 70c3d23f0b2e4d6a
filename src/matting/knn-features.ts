import type { FrameFormat, FramePlanes } from '../core/frame.js';
import { rgbMatrix } from './rgb-matrix.js';
import { readRgb } from './rgb-pixels.js';

/** Numbers a pixel: colour, then column and row. */
export const FEATURES = 6;

/**
 * Where pixels lie in the space in which neighbours are looked for. Colour is hue and chroma as a point in the plane across
 * the grey axis, saturation, and value (the largest of R′G′B′), 0..1 each, −1..1 in the plane. Column and row follow, in
 * frame diagonals × `positionWeight`. `FEATURES` numbers a pixel, in the order of `pixels`.
 *
 * The paper's cosine and sine of hue are the same direction at length 1: then the hue of what is nearly grey, which is
 * noise, counts as much as a vivid colour's.
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
    const [red, green, blue] = [rgb[0]!, rgb[1]!, rgb[2]!];
    const value = Math.max(red, green, blue);
    features[to] = red - (green + blue) / 2;
    features[to + 1] = (Math.sqrt(3) / 2) * (green - blue);
    features[to + 2] = value === 0 ? 0 : 1 - Math.min(red, green, blue) / value;
    features[to + 3] = value;
    features[to + 4] = scale * (pixel - y * width);
    features[to + 5] = scale * y;
  }
  return features;
}
