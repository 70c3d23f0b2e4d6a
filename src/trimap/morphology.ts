import { allocateEnvelopeScratch, FAR, lowerEnvelope, type EnvelopeScratch } from './lower-envelope.js';
import type { Size } from './picture.js';

/**
 * Squared Euclidean distance in pixels from every pixel to the nearest one whose value in `mask` is `value`
 * (or, with `differs`, is anything else); `FAR` when there is none. Exact: columns by two sweeps, rows by `lowerEnvelope`.
 */
export function squaredDistances(
  dst: Float32Array,
  mask: Uint8Array,
  { width, height }: Size,
  value: number,
  scratch: EnvelopeScratch,
  differs = false,
): void {
  // Row after row, as memory lies: the gap to the nearest one above, then the smaller of that and the gap below.
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      const here = (mask[p] === value) !== differs;
      dst[p] = here ? 0 : y === 0 ? FAR : dst[p - width]! + 1;
    }
  }
  for (let p = (height - 1) * width - 1; p >= 0; p--) {
    const below = dst[p + width]! + 1;
    if (below < dst[p]!) dst[p] = below;
  }
  const farthest = width + height;
  for (let p = 0; p < width * height; p++) {
    const gap = dst[p]!;
    dst[p] = gap > farthest ? FAR : gap * gap;
  }
  for (let y = 0; y < height; y++) lowerEnvelope(dst, y * width, 1, width, scratch);
}

/** A shape around a pixel: for each column from −reach to reach, how many rows up and down it goes. */
export type Shape = readonly number[];

/** What lies at most `radius` pixels away, centre to centre. */
export function disc(radius: number): Shape {
  const reach = Math.floor(radius);
  return Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.floor(Math.sqrt(radius * radius - (i - reach) ** 2)),
  );
}

/** What lies at most `reach` columns and rows away. */
export function square(reach: number): Shape {
  return new Array<number>(2 * reach + 1).fill(reach);
}

/**
 * Every pixel with a set one in the shape around it. For small shapes: a pixel near a set one costs up to the shape's width.
 *
 * @param dst - 0 or 1; may be `mask`
 * @param mask - 0 or 1
 * @param shape - highest in its middle
 * @param gaps - scratch, as long as the picture
 */
export function dilate(
  dst: Uint8Array,
  mask: Uint8Array,
  { width, height }: Size,
  shape: Shape,
  gaps: Uint8Array,
): void {
  const reach = shape.length >> 1;
  const highest = shape[reach]!;
  fillGaps(gaps, mask, width, highest + 1);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    // The last column, as far ahead as the shape reaches, that may have a set pixel in it.
    let last = -Infinity;
    for (let x = 0; x < Math.min(reach, width); x++) if (gaps[row + x]! <= highest) last = x;
    for (let x = 0; x < width; x++) {
      if (x + reach < width && gaps[row + x + reach]! <= highest) last = x + reach;
      if (gaps[row + x]! <= highest) dst[row + x] = 1;
      else dst[row + x] = last >= x - reach && meets(gaps, row, x, last, shape) ? 1 : 0;
    }
  }
}

/** Whether any column around `x`, as far as `last`, has a set pixel that its part of the shape reaches. */
function meets(gaps: Uint8Array, row: number, x: number, last: number, shape: Shape): boolean {
  const left = x - (shape.length >> 1);
  for (let k = Math.max(0, left); k <= last; k++) if (gaps[row + k]! <= shape[k - left]!) return true;
  return false;
}

/** Rows up or down from each pixel to a set one, or `far` if it is not nearer. */
function fillGaps(dst: Uint8Array, mask: Uint8Array, width: number, far: number): void {
  for (let p = 0; p < width; p++) dst[p] = mask[p] === 1 ? 0 : far;
  for (let p = width; p < dst.length; p++) {
    const gap = dst[p - width]! + 1;
    dst[p] = mask[p] === 1 ? 0 : gap < far ? gap : far;
  }
  for (let p = dst.length - width - 1; p >= 0; p--) {
    const below = dst[p + width]! + 1;
    if (below < dst[p]!) dst[p] = below;
  }
}

/**
 * A trimap from a hard mask: foreground where the whole disc of radius `erode` lies in the mask, background
 * where the disc of radius `dilate` misses it, unknown between. A disc of radius r holds the pixels whose
 * centres are at most r away.
 *
 * @param dst - 0, 128, 255
 * @param mask - foreground from 128 up
 * @param radii - pixels, 0 or more
 */
export function trimapFromMask(
  dst: Uint8Array,
  mask: Uint8Array,
  size: Size,
  radii: { readonly erode: number; readonly dilate: number },
): void {
  const scratch = allocateEnvelopeScratch(size);
  const distances = new Float32Array(dst.length);
  for (let i = 0; i < dst.length; i++) dst[i] = mask[i]! >= 128 ? 255 : 0;
  const binary = dst.slice();
  squaredDistances(distances, binary, size, 255, scratch);
  for (let i = 0; i < dst.length; i++) dst[i] = distances[i]! <= radii.dilate ** 2 ? 128 : 0;
  squaredDistances(distances, binary, size, 0, scratch);
  for (let i = 0; i < dst.length; i++) if (distances[i]! > radii.erode ** 2) dst[i] = 255;
}

/** Widens the unknown region by a disc of `radius` pixels. `dst` may be `trimap`. */
export function dilateUnknown(dst: Uint8Array, trimap: Uint8Array, size: Size, radius: number): void {
  const distances = new Float32Array(trimap.length);
  squaredDistances(distances, trimap, size, 128, allocateEnvelopeScratch(size));
  for (let i = 0; i < dst.length; i++) dst[i] = distances[i]! <= radius * radius ? 128 : trimap[i]!;
}
