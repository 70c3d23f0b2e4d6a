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
