import { viewPlanes, type FrameFormat, type FrameMemory, type FramePlanes } from '../core/frame.js';
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
  meanPicture(dst, viewPlanes(memory).colour, memory.format, size);
}

/** The same of colour planes by themselves. */
export function meanPicture(
  dst: Uint8Array,
  colour: FramePlanes['colour'],
  format: FrameFormat,
  size: Size,
): void {
  const m = rgbMatrix(format);
  eachArea(format, size, (at, left, top, right, bottom) => {
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
      dst[3 * at + n] = Math.round(
        255 * clip(m[4 * n]! * a + m[4 * n + 1]! * b + m[4 * n + 2]! * c + m[4 * n + 3]!),
      );
    }
  });
}

/** A plane's means. @param dst - `size` */
export function meanPlane(dst: Float32Array, src: Float32Array, full: Size, size: Size): void {
  eachArea(full, size, (at, left, top, right, bottom) => {
    let sum = 0;
    for (let row = top; row < bottom; row++) {
      for (let i = row * full.width + left; i < row * full.width + right; i++) sum += src[i]!;
    }
    dst[at] = sum / ((bottom - top) * (right - left));
  });
}

/** The pixels that each pixel of a smaller picture stands for; `right` and `bottom` are one past the last. */
function eachArea(
  full: Size,
  size: Size,
  visit: (at: number, left: number, top: number, right: number, bottom: number) => void,
): void {
  for (let y = 0, at = 0; y < size.height; y++) {
    const top = Math.floor((y * full.height) / size.height);
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * full.height) / size.height));
    for (let x = 0; x < size.width; x++, at++) {
      const left = Math.floor((x * full.width) / size.width);
      const right = Math.max(left + 1, Math.floor(((x + 1) * full.width) / size.width));
      visit(at, left, top, right, bottom);
    }
  }
}
