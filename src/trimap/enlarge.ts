import { FOREGROUND, BACKGROUND, UNKNOWN } from './trimap.js';
import type { Size } from './picture.js';

/** A pixel of the enlarged trimap is known when this share of the smoothed picture around it agrees. */
const SURE = 0.8;

/** A reduced trimap prepared for enlarging: its foreground and background, smoothed, 0..1. */
export interface SmoothTrimap extends Size {
  readonly foreground: Float32Array;
  readonly background: Float32Array;
}

/**
 * Smooths both masks with the cubic B-spline's samples (1 4 1)/6 each way, so that enlarged outlines have no
 * steps.
 */
export function smoothTrimap(trimap: Uint8Array, { width, height }: Size): SmoothTrimap {
  const mask = (value: number): Float32Array => {
    const rows = new Float32Array(trimap.length);
    const out = new Float32Array(trimap.length);
    const is = (i: number): number => (trimap[i] === value ? 1 : 0);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        rows[i] = (is(x > 0 ? i - 1 : i) + 4 * is(i) + is(x + 1 < width ? i + 1 : i)) / 6;
      }
    }
    for (let y = 0, i = 0; y < height; y++) {
      const up = y > 0 ? width : 0;
      const down = y + 1 < height ? width : 0;
      for (let x = 0; x < width; x++, i++) out[i] = (rows[i - up]! + 4 * rows[i]! + rows[i + down]!) / 6;
    }
    return out;
  };
  return { width, height, foreground: mask(FOREGROUND), background: mask(BACKGROUND) };
}

/**
 * Brings some rows of a trimap up to full size: known only where the bilinearly enlarged masks say so with
 * `SURE`, unknown otherwise, so that enlarging never makes a known pixel of an unknown one.
 *
 * @param dst - the whole full-size trimap
 * @param size - its size
 * @param rows - first row and one past the last
 */
export function enlargeRows(
  dst: Uint8Array,
  src: SmoothTrimap,
  size: Size,
  [from, to]: readonly [from: number, to: number],
): void {
  const scaleX = src.width / size.width;
  const scaleY = src.height / size.height;
  for (let y = from; y < to; y++) {
    const sy = Math.min(src.height - 1, Math.max(0, (y + 0.5) * scaleY - 0.5));
    const y0 = Math.floor(sy);
    const fy = sy - y0;
    const top = y0 * src.width;
    const bottom = Math.min(src.height - 1, y0 + 1) * src.width;
    for (let x = 0, i = y * size.width; x < size.width; x++, i++) {
      const sx = Math.min(src.width - 1, Math.max(0, (x + 0.5) * scaleX - 0.5));
      const x0 = Math.floor(sx);
      const fx = sx - x0;
      const x1 = Math.min(src.width - 1, x0 + 1);
      const f = src.foreground;
      const b = src.background;
      const foreground =
        (1 - fy) * ((1 - fx) * f[top + x0]! + fx * f[top + x1]!) +
        fy * ((1 - fx) * f[bottom + x0]! + fx * f[bottom + x1]!);
      const background =
        (1 - fy) * ((1 - fx) * b[top + x0]! + fx * b[top + x1]!) +
        fy * ((1 - fx) * b[bottom + x0]! + fx * b[bottom + x1]!);
      dst[i] = foreground >= SURE ? FOREGROUND : background >= SURE ? BACKGROUND : UNKNOWN;
    }
  }
}

/** The whole trimap at full size; `src` itself copied where nothing is to be enlarged. */
export function enlargeTrimap(src: Uint8Array, reduced: Size, size: Size): Uint8Array<ArrayBuffer> {
  const dst = new Uint8Array(size.width * size.height);
  if (size.width === reduced.width && size.height === reduced.height) dst.set(src);
  else enlargeRows(dst, smoothTrimap(src, reduced), size, [0, size.height]);
  return dst;
}
