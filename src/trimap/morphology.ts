import type { Size } from './picture.js';

/** A squared distance above any picture's, exact in single precision; stands for "no such pixel". */
export const FAR: number = 2 ** 40;

/** Scratch for `squaredDistances` on pictures up to a size. */
export interface DistanceScratch {
  readonly line: Float64Array;
  readonly hull: Int32Array;
  readonly bounds: Float64Array;
}

export function allocateDistanceScratch({ width, height }: Size): DistanceScratch {
  const side = Math.max(width, height);
  return { line: new Float64Array(side), hull: new Int32Array(side), bounds: new Float64Array(side + 1) };
}

/**
 * Squared Euclidean distance in pixels from every pixel to the nearest one whose value in `mask` is `value`
 * (or, with `differs`, is anything else); `FAR` when there is none. Exact: Felzenszwalb and Huttenlocher,
 * "Distance Transforms of Sampled Functions", Theory of Computing 8, 2012. Columns by two sweeps, rows as the
 * lower envelope of parabolas.
 */
export function squaredDistances(
  dst: Float32Array,
  mask: Uint8Array,
  { width, height }: Size,
  value: number,
  scratch: DistanceScratch,
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
  for (let y = 0; y < height; y++) envelope(dst, y * width, width, scratch);
}

/** One row: min over q of (x − q)² + f(q), in place. */
function envelope(
  rows: Float32Array,
  start: number,
  length: number,
  { line, hull, bounds }: DistanceScratch,
): void {
  let last = -1;
  for (let q = 0; q < length; q++) {
    const f = rows[start + q]!;
    line[q] = f;
    if (f >= FAR) continue;
    let from = -Infinity;
    while (last >= 0) {
      const v = hull[last]!;
      from = (f + q * q - (line[v]! + v * v)) / (2 * (q - v));
      if (from > bounds[last]!) break;
      last -= 1;
      from = -Infinity;
    }
    last += 1;
    hull[last] = q;
    bounds[last] = from;
  }
  if (last < 0) return;
  for (let x = 0, k = 0; x < length; x++) {
    while (k < last && bounds[k + 1]! < x) k += 1;
    const v = hull[k]!;
    rows[start + x] = (x - v) * (x - v) + line[v]!;
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
  const scratch = allocateDistanceScratch(size);
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
  squaredDistances(distances, trimap, size, 128, allocateDistanceScratch(size));
  for (let i = 0; i < dst.length; i++) dst[i] = distances[i]! <= radius * radius ? 128 : trimap[i]!;
}
