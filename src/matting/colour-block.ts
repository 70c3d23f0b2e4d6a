import type { FrameFormat, FramePlanes } from '../core/frame.js';
import { COARSE, type CoarseColours } from './coarse-colours.js';
import { sampleRange } from './sample-range.js';

/** Radius of the small blur, pixels: the paper's window of 6, made symmetric. */
export const RADIUS = 3;

/** Side of a block, pixels; it is read with `RADIUS` more all round. */
export const BLOCK: number = 2 * COARSE;
export const SIDE: number = BLOCK + 2 * RADIUS;

/** Values a pixel: αF (3), (1 − α)B (3), α, 1 − α. */
export const SUMS = 8;

/** One block of a frame on its way through the small blur. Overwritten by every block. */
export interface BlockBlur {
  /** Wide-blur colours, foreground (3) and background (3), of the block's pixels and those round it with alpha below 1. */
  readonly wide: Float32Array;
  /** `SUMS` values a pixel, the block and the pixels round it; zero outside the frame. */
  readonly values: Float64Array;
  /** The same summed over rows of a window. */
  readonly across: Float64Array;
  /** Summed over whole windows, for the block's own pixels. */
  readonly blurred: Float64Array;
}

export function allocateBlock(): BlockBlur {
  return {
    wide: new Float32Array(6 * SIDE * SIDE),
    values: new Float64Array(SUMS * SIDE * SIDE),
    across: new Float64Array(SUMS * SIDE * BLOCK),
    blurred: new Float64Array(SUMS * BLOCK * BLOCK),
  };
}

/** Reads a block: the first estimate of its foreground and background, weighted by alpha. */
export function loadBlock(
  dst: BlockBlur,
  planes: FramePlanes,
  format: FrameFormat,
  coarse: CoarseColours,
  blockX: number,
  blockY: number,
): void {
  const { wide, values } = dst;
  const { alpha, colour } = planes;
  const [p0, p1, p2] = colour;
  const [low, [high0, high1, high2]] = sampleRange(format);
  for (let ly = 0; ly < SIDE; ly += 1) {
    const y = BLOCK * blockY + ly - RADIUS;
    for (let lx = 0; lx < SIDE; lx += 1) {
      const x = BLOCK * blockX + lx - RADIUS;
      const to = SUMS * (ly * SIDE + lx);
      if (x < 0 || y < 0 || x >= format.width || y >= format.height) {
        values.fill(0, to, to + SUMS);
        continue;
      }
      const at = y * format.width + x;
      const a = alpha[at]!;
      const w = 6 * (ly * SIDE + lx);
      if (a < 1) interpolate(wide, w, coarse, x, y);
      const b = 1 - a;
      for (let k = 0; k < 3; k += 1) {
        const source = (k === 0 ? p0 : k === 1 ? p1 : p2)[at]!;
        const high = (k === 0 ? high0 : k === 1 ? high1 : high2)!;
        let f = source;
        if (a < 1) {
          f = wide[w + k]! + a * (source - a * wide[w + k]! - b * wide[w + 3 + k]!);
          f = f < low ? low : f > high ? high : f;
        }
        values[to + k] = a * f;
        values[to + 3 + k] = b * (a === 0 ? source : wide[w + 3 + k]!);
      }
      values[to + 6] = a;
      values[to + 7] = b;
    }
  }
}

/** The wide blur's six colours at a pixel: bilinear, half-pixel centres, edge cells repeated. */
function interpolate(dst: Float32Array, to: number, coarse: CoarseColours, x: number, y: number): void {
  const { width, height, stride, origin, colours } = coarse;
  const u = (x + 0.5) / COARSE - 0.5;
  const v = (y + 0.5) / COARSE - 0.5;
  const left = Math.floor(u);
  const top = Math.floor(v);
  const fx = u - left;
  const fy = v - top;
  const upper = origin + Math.max(top, 0) * stride;
  const lower = origin + Math.min(top + 1, height - 1) * stride;
  const west = Math.max(left, 0);
  const east = Math.min(left + 1, width - 1);
  const a = 6 * (upper + west);
  const b = 6 * (upper + east);
  const c = 6 * (lower + west);
  const d = 6 * (lower + east);
  const wa = (1 - fx) * (1 - fy);
  const wb = fx * (1 - fy);
  const wc = (1 - fx) * fy;
  const wd = fx * fy;
  for (let k = 0; k < 6; k += 1) {
    dst[to + k] = wa * colours[a + k]! + wb * colours[b + k]! + wc * colours[c + k]! + wd * colours[d + k]!;
  }
}

/** Box sums of radius `RADIUS`, along rows and then along columns, as running sums. */
export function blurBlock({ values, across, blurred }: BlockBlur): void {
  for (let ly = 0; ly < SIDE; ly += 1) {
    slide(across, SUMS * ly * BLOCK, values, SUMS * ly * SIDE, SUMS, SUMS);
  }
  for (let lx = 0; lx < BLOCK; lx += 1)
    slide(blurred, SUMS * lx, across, SUMS * lx, SUMS * BLOCK, SUMS * BLOCK);
}

/** `BLOCK` sums of 2·RADIUS + 1 consecutive groups each. */
function slide(
  dst: Float64Array,
  to: number,
  src: Float64Array,
  from: number,
  step: number,
  stepTo: number,
): void {
  for (let k = 0; k < SUMS; k += 1) {
    let sum = 0;
    let add = from + k;
    for (let n = 0; n < 2 * RADIUS; n += 1, add += step) sum += src[add]!;
    for (
      let n = 0, drop = from + k, at = to + k;
      n < BLOCK;
      n += 1, add += step, drop += step, at += stepTo
    ) {
      sum += src[add]!;
      dst[at] = sum;
      sum -= src[drop]!;
    }
  }
}
