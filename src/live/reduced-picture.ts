import { rgbConversion } from '../core/colour.js';
import type { IntegerFormat, FramePlanes } from '../core/frame.js';
import type { Size } from '../trimap/picture.js';

/** Long side of the pictures that live trimaps are made on, pixels: what is found out there has milliseconds. */
const LONG_SIDE = 320;

/** How many times smaller than the frame they are: a whole number, so that every pixel is a mean of as many. */
export function reduction({ width, height }: Size): number {
  return Math.max(1, Math.ceil(Math.max(width, height) / LONG_SIDE));
}

export function reducedSize(size: Size): Size {
  const factor = reduction(size);
  return { width: Math.ceil(size.width / factor), height: Math.ceil(size.height / factor) };
}

/**
 * A frame's picture in R′G′B′, reduced.
 *
 * @param dst - `reducedSize`, interleaved bytes
 */
export function reduceColour(
  dst: Uint8ClampedArray,
  { colour }: Pick<FramePlanes, 'colour'>,
  format: IntegerFormat,
): void {
  const [first, second, third] = colour;
  const { scaleY, redCr, greenCb, greenCr, blueCb, offsets } = rgbConversion(
    format.tags,
    format.depth,
    format.height,
  );
  const peak = 2 ** format.depth - 1;
  let at = 0;
  eachBlock(format, (left, top, right, bottom) => {
    let [p, q, s] = [0, 0, 0];
    for (let y = top; y < bottom; y++) {
      for (let i = y * format.width + left, end = y * format.width + right; i < end; i++) {
        p += first[i]!;
        q += second[i]!;
        s += third[i]!;
      }
    }
    const share = 1 / ((right - left) * (bottom - top));
    p *= share;
    q *= share;
    s *= share;
    const rgb = format.model === 'rgb';
    const luma = p * scaleY;
    dst[at] = 255 * (rgb ? p / peak : luma + redCr * s + offsets[0]);
    dst[at + 1] = 255 * (rgb ? q / peak : luma + greenCb * q + greenCr * s + offsets[1]);
    dst[at + 2] = 255 * (rgb ? s / peak : luma + blueCb * q + offsets[2]);
    at += 3;
  });
}

/** A plane's means over blocks. @param dst - `reducedSize` */
export function reducePlane(dst: Float32Array, src: Float32Array, size: Size): void {
  let at = 0;
  eachBlock(size, (left, top, right, bottom) => {
    let sum = 0;
    for (let y = top; y < bottom; y++) {
      for (let i = y * size.width + left, end = y * size.width + right; i < end; i++) sum += src[i]!;
    }
    dst[at++] = sum / ((right - left) * (bottom - top));
  });
}

/** The blocks of pixels that one reduced pixel stands for, row by row; those at the edge may be smaller. */
function eachBlock(
  { width, height }: Size,
  visit: (left: number, top: number, right: number, bottom: number) => void,
): void {
  const factor = reduction({ width, height });
  for (let top = 0; top < height; top += factor) {
    const bottom = Math.min(height, top + factor);
    for (let left = 0; left < width; left += factor) visit(left, top, Math.min(width, left + factor), bottom);
  }
}
