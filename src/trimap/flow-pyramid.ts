import type { Size } from './picture.js';

/** Every level carries this many replicated pixels on each side, so that a patch may hang over the border. */
export const PADDING = 12;

/**
 * One size of a picture: luma 0..255 with its central differences, `stride × (height + 2·PADDING)`, in double precision, as
 * everything is computed: conversions would cost a tenth of the time.
 */
export interface PyramidLevel extends Size {
  readonly stride: number;
  readonly luma: Float64Array;
  readonly dx: Float64Array;
  readonly dy: Float64Array;
}

/** A picture at full size (index 0), half, quarter, … */
export type Pyramid = readonly PyramidLevel[];

/** Memory for a pyramid of `levels` sizes. */
export function allocatePyramid(size: Size, levels: number): Pyramid {
  return Array.from({ length: levels }, (_, level) => {
    const width = Math.ceil(size.width / 2 ** level);
    const height = Math.ceil(size.height / 2 ** level);
    const stride = width + 2 * PADDING;
    const plane = (): Float64Array => new Float64Array(stride * (height + 2 * PADDING));
    return { width, height, stride, luma: plane(), dx: plane(), dy: plane() };
  });
}

/** Fills every level from an interleaved R′G′B′ picture of level 0's size (BT.601 luma). */
export function fillPyramid(dst: Pyramid, rgb: Uint8Array): void {
  fillLuma(dst[0]!, rgb);
  for (let level = 1; level < dst.length; level++) halveLuma(dst[level]!, dst[level - 1]!);
  for (const level of dst) {
    replicateBorder(level);
    differentiate(level);
  }
}

function fillLuma({ width, height, stride, luma }: PyramidLevel, rgb: Uint8Array): void {
  for (let y = 0, i = 0; y < height; y++) {
    let at = (y + PADDING) * stride + PADDING;
    for (let x = 0; x < width; x++, i += 3) {
      luma[at++] = 0.299 * rgb[i]! + 0.587 * rgb[i + 1]! + 0.114 * rgb[i + 2]!;
    }
  }
}

function halveLuma(dst: PyramidLevel, src: PyramidLevel): void {
  for (let y = 0; y < dst.height; y++) {
    const row = (2 * y + PADDING) * src.stride + PADDING;
    const below = (Math.min(2 * y + 1, src.height - 1) + PADDING) * src.stride + PADDING;
    let at = (y + PADDING) * dst.stride + PADDING;
    for (let x = 0; x < dst.width; x++) {
      const left = 2 * x;
      const right = Math.min(left + 1, src.width - 1);
      dst.luma[at++] =
        0.25 *
        (src.luma[row + left]! + src.luma[row + right]! + src.luma[below + left]! + src.luma[below + right]!);
    }
  }
}

function replicateBorder({ width, height, stride, luma }: PyramidLevel): void {
  for (let y = PADDING; y < height + PADDING; y++) {
    const row = y * stride;
    luma.fill(luma[row + PADDING]!, row, row + PADDING);
    luma.fill(luma[row + PADDING + width - 1]!, row + PADDING + width, row + stride);
  }
  for (let y = 0; y < PADDING; y++) {
    luma.copyWithin(y * stride, PADDING * stride, (PADDING + 1) * stride);
    const last = (PADDING + height - 1) * stride;
    luma.copyWithin((PADDING + height + y) * stride, last, last + stride);
  }
}

function differentiate({ height, stride, luma, dx, dy }: PyramidLevel): void {
  for (let y = 1; y < height + 2 * PADDING - 1; y++) {
    for (let at = y * stride + 1; at < (y + 1) * stride - 1; at++) {
      dx[at] = 0.5 * (luma[at + 1]! - luma[at - 1]!);
      dy[at] = 0.5 * (luma[at + stride]! - luma[at - stride]!);
    }
  }
}
