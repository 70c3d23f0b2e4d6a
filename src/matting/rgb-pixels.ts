import type { FramePlanes } from '../core/frame.js';
import { clip } from './rgb-matrix.js';

/**
 * Reads a run of pixels as R′G′B′, clipped to 0..1.
 *
 * @param dst - R′, G′, B′ interleaved, from its beginning on
 * @param matrix - `rgbMatrix` of the planes' format
 * @param start - the run's first pixel
 */
export function readRgb(
  dst: Float64Array,
  colour: FramePlanes['colour'],
  matrix: Float64Array,
  start: number,
  count: number,
): void {
  const [p0, p1, p2] = colour;
  for (let at = start, to = 0; at < start + count; at += 1, to += 3) {
    const s0 = p0[at]!;
    const s1 = p1[at]!;
    const s2 = p2[at]!;
    dst[to] = clip(matrix[0]! * s0 + matrix[1]! * s1 + matrix[2]! * s2 + matrix[3]!);
    dst[to + 1] = clip(matrix[4]! * s0 + matrix[5]! * s1 + matrix[6]! * s2 + matrix[7]!);
    dst[to + 2] = clip(matrix[8]! * s0 + matrix[9]! * s1 + matrix[10]! * s2 + matrix[11]!);
  }
}
