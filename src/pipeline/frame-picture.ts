import { viewPlanes, type FrameMemory } from '../core/frame.js';
import { clip, rgbMatrix } from '../matting/rgb-matrix.js';
import type { Size } from '../trimap/picture.js';

/** The size of a copy whose longer side is at most `longSide` pixels. */
export function reducedTo(longSide: number, { width, height }: Size): Size {
  const scale = Math.min(1, longSide / Math.max(width, height));
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  return { width: side(width), height: side(height) };
}

/**
 * A frame's colour as a smaller picture: the mean of the samples that each of its pixels stands for, as R′G′B′.
 *
 * @param dst - interleaved bytes, `size`
 */
export function framePicture(dst: Uint8Array, memory: FrameMemory, size: Size): void {
  const { format } = memory;
  const { colour } = viewPlanes(memory);
  const m = rgbMatrix(format);
  for (let y = 0, at = 0; y < size.height; y++) {
    const top = Math.floor((y * format.height) / size.height);
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * format.height) / size.height));
    for (let x = 0; x < size.width; x++, at += 3) {
      const left = Math.floor((x * format.width) / size.width);
      const right = Math.max(left + 1, Math.floor(((x + 1) * format.width) / size.width));
      let [a, b, c] = [0, 0, 0];
      for (let row = top; row < bottom; row++) {
        for (let i = row * format.width + left; i < row * format.width + right; i++) {
          a += colour[0][i]!;
          b += colour[1][i]!;
          c += colour[2][i]!;
        }
      }
      const count = (bottom - top) * (right - left);
      [a, b, c] = [a / count, b / count, c / count];
      for (let n = 0; n < 3; n++) {
        dst[at + n] = Math.round(
          255 * clip(m[4 * n]! * a + m[4 * n + 1]! * b + m[4 * n + 2]! * c + m[4 * n + 3]!),
        );
      }
    }
  }
}
