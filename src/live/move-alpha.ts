import type { Flow } from '../trimap/flow.js';
import type { Size } from '../trimap/picture.js';

/** Alpha this near to 0 or 1 counts as known. */
const SURE = 0.02;

/**
 * Alpha and trimap for a frame that is not matted: the last matted frame's, from where the pixel was then.
 *
 * @param alpha - receives 0..1
 * @param trimap - receives 0, 255, and 128 where alpha is between
 * @param last - the last matted frame's alpha
 * @param flow - from this frame to that one, of pictures `factor` times smaller, in their pixels
 */
export function moveAlpha(
  alpha: Float32Array,
  trimap: Uint8Array,
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
      const pha = sample(last, size, x + factor * flow.u[at]!, y + factor * flow.v[at]!);
      alpha[i] = pha;
      trimap[i] = pha < SURE ? 0 : pha > 1 - SURE ? 255 : 128;
    }
  }
}

/** Bilinear, the edge repeated. */
function sample(src: Float32Array, { width, height }: Size, x: number, y: number): number {
  const sx = Math.max(0, Math.min(width - 1, x));
  const sy = Math.max(0, Math.min(height - 1, y));
  const [x0, y0] = [Math.floor(sx), Math.floor(sy)];
  const [fx, fy] = [sx - x0, sy - y0];
  const right = x0 + 1 < width ? 1 : 0;
  const below = y0 + 1 < height ? width : 0;
  const at = y0 * width + x0;
  return (
    (1 - fy) * ((1 - fx) * src[at]! + fx * src[at + right]!) +
    fy * ((1 - fx) * src[at + below]! + fx * src[at + below + right]!)
  );
}
