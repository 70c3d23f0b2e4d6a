import { halfSize, type Size } from './picture.js';

/** The mean of R′, G′, B′, 0..255. */
export interface Luma extends Size {
  readonly values: Float32Array;
}

/** Pixels of the shorter side below which a picture is not halved again. */
const SMALLEST_SIDE = 32;

/** A picture and its halvings, largest first. */
export type LumaPyramid = readonly Luma[];

/** Memory for the halvings of a picture. */
export function allocateLuma(size: Size): LumaPyramid {
  const levels: Luma[] = [];
  for (let level = size; ; level = halfSize(level)) {
    levels.push({ ...level, values: new Float32Array(level.width * level.height) });
    if (Math.min(level.width, level.height) < 2 * SMALLEST_SIDE) return levels;
  }
}

/** @param rgb - interleaved R′G′B′, 0..255, of the first level's size */
export function fillLuma(pyramid: LumaPyramid, rgb: Uint8Array | Float32Array): void {
  const [{ values }] = pyramid as [Luma];
  for (let i = 0, at = 0; i < values.length; i++, at += 3) {
    values[i] = (rgb[at]! + rgb[at + 1]! + rgb[at + 2]!) / 3;
  }
  for (let n = 1; n < pyramid.length; n++) halve(pyramid[n]!, pyramid[n - 1]!);
}

function halve(dst: Luma, src: Luma): void {
  for (let y = 0, out = 0; y < dst.height; y++) {
    const row = 2 * y * src.width;
    const below = Math.min(2 * y + 1, src.height - 1) * src.width;
    for (let x = 0; x < dst.width; x++, out++) {
      const left = 2 * x;
      const right = Math.min(left + 1, src.width - 1);
      const { values } = src;
      dst.values[out] =
        (values[row + left]! + values[row + right]! + values[below + left]! + values[below + right]!) / 4;
    }
  }
}
