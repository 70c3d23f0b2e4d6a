import { allocateIslandScratch, dropIslands, type IslandScratch } from './islands.js';
import { allocateEnvelopeScratch, type EnvelopeScratch } from './lower-envelope.js';
import { dilate, disc, squaredDistances } from './morphology.js';
import { halfSize, type Size } from './picture.js';
import { IN_SOFT_AREA } from './soft-area.js';
import { BACKGROUND, FOREGROUND, UNKNOWN } from './trimap.js';

/**
 * A pixel whose probability lies between this and 1 − this is in doubt. Where only one keyframe speaks, probabilities are
 * less sure altogether, and the same bound would widen every band.
 */
const DOUBT = { between: 0.17, beyond: 0.2 } as const;
/** Pixels that the unknown region reaches beyond those in doubt. */
const MARGIN = disc(2.3);
/** How far a soft area's fringe (the tips of strands) may stray, as a share of the picture's longer side. */
const FRINGE = 0.015;
/**
 * Around a soft area, as far as this share of the picture's longer side, strands may be anywhere; they are so thin that a
 * probability of `STRAND` is a doubt already. One keyframe's messages alone are not that sure of any background.
 */
const STRAND_REACH = 0.06;
const STRAND = { between: 0.02, beyond: DOUBT.beyond } as const;
/** What of a soft area is farther than this from any such doubt, the subject has left. Share of the picture's longer side. */
const LEFT_BEHIND = 0.12;
/** Patches of more than this probability are looked at for being islands. */
const ISLAND = 0.25;

/** Scratch of `deriveTrimap`, for one picture size. */
export interface BandScratch {
  readonly nearForeground: Uint8Array;
  readonly nearBackground: Uint8Array;
  readonly gaps: Uint8Array;
  /** Half size, like the next two. */
  readonly mask: Uint8Array;
  readonly toForeground: Float32Array;
  readonly toSoftArea: Float32Array;
  readonly distances: EnvelopeScratch;
  readonly islands: IslandScratch;
}

export function allocateBandScratch(size: Size): BandScratch {
  const half = halfSize(size);
  const pixels = size.width * size.height;
  const halfPixels = half.width * half.height;
  return {
    nearForeground: new Uint8Array(pixels),
    nearBackground: new Uint8Array(pixels),
    gaps: new Uint8Array(pixels),
    mask: new Uint8Array(halfPixels),
    toForeground: new Float32Array(halfPixels),
    toSoftArea: new Float32Array(halfPixels),
    distances: allocateEnvelopeScratch(half),
    islands: allocateIslandScratch(size),
  };
}

/**
 * A trimap from a probability of foreground: unknown near whatever is in doubt, and in the soft areas that the keyframes
 * have, unless the subject has left them. So the band is wide where the outline is blurred or lost, and narrow along a hard edge.
 *
 * @param dst - receives 0, 128, 255
 * @param probability - 0..1; what touches no sure foreground is made 0
 * @param softArea - 0..1, half of `size`: how likely the pixel is inside a soft area
 * @param place - of the frame: between two keyframes, or beyond the only one
 */
export function deriveTrimap(
  dst: Uint8Array,
  probability: Float32Array,
  softArea: Float32Array,
  size: Size,
  place: keyof typeof DOUBT,
  scratch: BandScratch,
): void {
  const doubt = DOUBT[place];
  const { mask, nearForeground, nearBackground, toForeground, toSoftArea, distances } = scratch;
  const half = halfSize(size);
  const side = Math.max(half.width, half.height);
  const fringe = Math.round(FRINGE * side) ** 2;
  const reach = (STRAND_REACH * side) ** 2;
  const behind = (LEFT_BEHIND * side) ** 2;
  dropIslands(probability, ISLAND, size, scratch.islands);
  for (let i = 0; i < softArea.length; i++) mask[i] = softArea[i]! > IN_SOFT_AREA ? 1 : 0;
  squaredDistances(toSoftArea, mask, half, 1, distances);
  mask.fill(0);
  for (let y = 0, i = 0; y < size.height; y++) {
    const row = (y >> 1) * half.width;
    for (let x = 0; x < size.width; x++, i++) {
      const p = probability[i]!;
      nearBackground[i] = p < 1 - doubt ? 1 : 0;
      nearForeground[i] = 0;
      if (p <= STRAND[place]) continue;
      const at = row + (x >> 1);
      if (p <= doubt && toSoftArea[at]! > reach) continue;
      nearForeground[i] = 1;
      mask[at] = 1;
    }
  }
  squaredDistances(toForeground, mask, half, 1, distances);
  dilate(nearForeground, nearForeground, size, MARGIN, scratch.gaps);
  dilate(nearBackground, nearBackground, size, MARGIN, scratch.gaps);
  for (let y = 0, i = 0; y < size.height; y++) {
    const row = (y >> 1) * half.width;
    for (let x = 0; x < size.width; x++, i++) {
      const at = row + (x >> 1);
      const near = nearForeground[i]! & nearBackground[i]!;
      const soft = toSoftArea[at]! <= fringe && toForeground[at]! <= behind;
      if (near || soft) dst[i] = UNKNOWN;
      else dst[i] = probability[i]! > 0.5 ? FOREGROUND : BACKGROUND;
    }
  }
}
