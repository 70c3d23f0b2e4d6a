import { allocateIslandScratch, dropIslands, type IslandScratch } from './islands.js';
import { allocateDistanceScratch, squaredDistances, type DistanceScratch } from './morphology.js';
import type { Size } from './picture.js';

/** A pixel whose probability lies between DOUBT and 1 − DOUBT is unknown wherever it is. */
const DOUBT = 0.25;

/** Scratch of `deriveTrimap`, for one picture size. */
export interface BandScratch {
  readonly mask: Uint8Array;
  readonly inside: Float32Array;
  readonly outside: Float32Array;
  readonly distances: DistanceScratch;
  readonly islands: IslandScratch;
}

export function allocateBandScratch(size: Size): BandScratch {
  const pixels = size.width * size.height;
  return {
    mask: new Uint8Array(pixels),
    inside: new Float32Array(pixels),
    outside: new Float32Array(pixels),
    distances: allocateDistanceScratch(size),
    islands: allocateIslandScratch(size),
  };
}

/**
 * A trimap from a probability of foreground: unknown within the band's half width of the 50 % outline, and
 * wherever the probability itself is in doubt.
 *
 * @param dst - receives 0, 128, 255
 * @param probability - 0..1; what touches no sure foreground is made 0
 * @param halfWidth - pixels of `size`, at half its size
 * @returns how sure the frame is, 0..1: the share of the unknown region that the band alone accounts for
 */
export function deriveTrimap(
  dst: Uint8Array,
  probability: Float32Array,
  halfWidth: Float32Array,
  size: Size,
  { mask, inside, outside, distances, islands }: BandScratch,
): number {
  const { width, height } = size;
  const halfStride = Math.ceil(width / 2);
  dropIslands(probability, DOUBT, size, islands);
  for (let i = 0; i < mask.length; i++) mask[i] = probability[i]! > 0.5 ? 1 : 0;
  squaredDistances(inside, mask, size, 0, distances);
  squaredDistances(outside, mask, size, 1, distances);
  let band = 0;
  let unknown = 0;
  for (let y = 0, i = 0; y < height; y++) {
    const row = (y >> 1) * halfStride;
    for (let x = 0; x < width; x++, i++) {
      const reach = halfWidth[row + (x >> 1)]! + 0.5;
      const inBand = Math.max(inside[i]!, outside[i]!) <= reach * reach;
      const p = probability[i]!;
      if (inBand) band += 1;
      if (inBand || (p > DOUBT && p < 1 - DOUBT)) {
        dst[i] = 128;
        unknown += 1;
      } else dst[i] = mask[i] ? 255 : 0;
    }
  }
  return unknown === 0 ? 1 : band / unknown;
}
