import { sampleBilinear } from '../trimap/bilinear.js';
import type { Flow } from '../trimap/flow.js';
import type { Size } from '../trimap/picture.js';

/** Alpha this near to 0 or 1 counts as known. */
const SURE = 0.02;

/**
 * Alpha of a frame that is not matted: the last matted frame's, from where the pixel was then.
 *
 * @param alpha - receives 0..1
 * @param last - the last matted frame's alpha
 * @param flow - from this frame to that one, of pictures `factor` times smaller, in their pixels
 */
export function moveAlpha(
  alpha: Float32Array,
  last: Float32Array,
  flow: Flow,
  size: Size,
  { factor, columns }: { readonly factor: number; readonly columns: number },
): void {
  const { width, height } = size;
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor(y / factor) * columns;
    for (let x = 0; x < width; x++, i++) {
      const at = row + Math.floor(x / factor);
      sampleBilinear(alpha, i, last, size, 1, x + factor * flow.u[at]!, y + factor * flow.v[at]!);
    }
  }
}

/** The trimap that alpha makes: 0, 255, and 128 where alpha is between. */
export function trimapOf(trimap: Uint8Array, alpha: Float32Array): void {
  for (let i = 0; i < alpha.length; i++) {
    trimap[i] = alpha[i]! < SURE ? 0 : alpha[i]! > 1 - SURE ? 255 : 128;
  }
}
