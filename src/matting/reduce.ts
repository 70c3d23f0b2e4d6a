import type { Samples } from '../core/frame.js';
import type { Size } from './tiles.js';

/** Size of a smaller copy of a frame, and frame pixels a side that one of its pixels stands for. */
export interface ReducedSize extends Size {
  readonly scale: number;
}

/** Part of the smaller picture, its pixels; may stick out of it. */
export interface Region extends Size {
  readonly x: number;
  readonly y: number;
}

/**
 * Brings the trimap to a smaller size: a pixel is known only where all pixels it stands for agree.
 * The last row and column stand for what is left of the frame.
 */
export function reduceTrimap(
  dst: Uint8Array,
  { scale, ...reduced }: ReducedSize,
  src: Uint8Array,
  frame: Size,
): void {
  for (let y = 0, to = 0; y < reduced.height; y += 1) {
    const bottom = Math.min((y + 1) * scale, frame.height) * frame.width;
    for (let x = 0; x < reduced.width; x += 1, to += 1) {
      const left = x * scale;
      const right = Math.min(left + scale, frame.width);
      const first = src[y * scale * frame.width + left]!;
      let value = first;
      for (let row = y * scale * frame.width; row < bottom; row += frame.width) {
        for (let at = row + left; at < row + right; at += 1) if (src[at] !== first) value = 128;
      }
      dst[to] = value;
    }
  }
}

/**
 * Mean of each block of values; integer samples are rounded. Writes the region and nothing else.
 *
 * @param dst - of the size `reduced`
 */
export function reducePlane<T extends Samples | Float32Array>(
  dst: T,
  { scale, ...reduced }: ReducedSize,
  src: T,
  frame: Size,
  region: Region,
): void {
  // What an integer array stores of a number is its whole part.
  const rounding = dst instanceof Float32Array ? 0 : 0.5;
  const right = Math.min(region.x + region.width, reduced.width);
  const bottom = Math.min(region.y + region.height, reduced.height);
  for (let y = Math.max(region.y, 0); y < bottom; y += 1) {
    const rows = Math.min(scale, frame.height - y * scale);
    for (let x = Math.max(region.x, 0); x < right; x += 1) {
      const columns = Math.min(scale, frame.width - x * scale);
      let sum = 0;
      for (let dy = 0, row = y * scale * frame.width + x * scale; dy < rows; dy += 1, row += frame.width) {
        for (let at = row; at < row + columns; at += 1) sum += src[at]!;
      }
      dst[y * reduced.width + x] = sum / (rows * columns) + rounding;
    }
  }
}
