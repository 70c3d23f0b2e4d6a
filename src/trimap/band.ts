import type { Message } from './belief.js';
import { allocateIslandScratch, dropIslands, type IslandScratch } from './islands.js';
import { allocateEnvelopeScratch, type EnvelopeScratch } from './lower-envelope.js';
import { dilate, disc, squaredDistances } from './morphology.js';
import { halfSize, type Size } from './picture.js';
import { IN_SOFT_AREA } from './soft-area.js';
import { BACKGROUND, FOREGROUND, UNKNOWN } from './trimap.js';

/**
 * A pixel whose probability lies between this and 1 − this is in doubt. Where only one keyframe speaks (`beyond` it, not
 * `between` two), probabilities are less sure altogether, and the same bound would widen every band.
 */
const DOUBT = { between: 0.17, beyond: 0.205 } as const;
/** Pixels that the unknown region reaches beyond those in doubt. */
const MARGIN = disc(2.3);
/** Pixels in doubt of which no message is surer than this show what no keyframe does: something came before the subject. */
const LOST = 0.1;
/** Where they make a strip narrower than such a disc (pixels of half the size), it is only the blur of a motion. */
const LOST_CORE = disc(8);
/** The unknown region reaches 4 such pixels beyond the others: what has come may be out of focus. */
const LOST_REACH = disc(8 + 4);
/** How far a soft area's fringe (the tips of strands) may stray, as a share of the picture's longer side. */
const FRINGE = 0.0125;
/**
 * Around a soft area, as far as this share of the picture's longer side, strands may be anywhere; they are so thin that a
 * probability of `STRAND` is a doubt already. One keyframe's messages alone are not that sure of any background.
 */
const STRAND_REACH = 0.04;
const STRAND = { between: 0.02, beyond: DOUBT.beyond } as const;
/** Patches of more than this probability are looked at for being islands. */
const ISLAND = 0.25;

/** Scratch of `deriveTrimap`, for one picture size. */
export interface BandScratch {
  readonly nearForeground: Uint8Array;
  readonly nearBackground: Uint8Array;
  readonly gaps: Uint8Array;
  /** Half size, like the next three. */
  readonly inside: Uint8Array;
  readonly lost: Uint8Array;
  readonly halfGaps: Uint8Array;
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
    inside: new Uint8Array(halfPixels),
    lost: new Uint8Array(halfPixels),
    halfGaps: new Uint8Array(halfPixels),
    toSoftArea: new Float32Array(halfPixels),
    distances: allocateEnvelopeScratch(half),
    islands: allocateIslandScratch(size),
  };
}

/** What the messages brought to a frame. */
export interface Carried {
  /** 0..1: how likely the pixel is inside a soft area. */
  readonly softArea: Float32Array;
  /** One or two. */
  readonly messages: readonly Message[];
}

/**
 * A trimap from a probability of foreground: unknown near whatever is in doubt, and in the soft areas that the keyframes
 * have. So the band is wide where the outline is blurred or lost, and narrow along a hard edge.
 *
 * @param dst - receives 0, 128, 255
 * @param probability - 0..1; what touches no sure foreground is made 0
 * @param carried - from the keyframes, at half of `size`
 */
export function deriveTrimap(
  dst: Uint8Array,
  probability: Float32Array,
  { softArea, messages }: Carried,
  size: Size,
  scratch: BandScratch,
): void {
  const place = messages.length > 1 ? 'between' : 'beyond';
  const doubt = DOUBT[place];
  const { inside, lost, nearForeground, nearBackground, toSoftArea, distances } = scratch;
  const half = halfSize(size);
  const side = Math.max(half.width, half.height);
  const fringe = Math.round(FRINGE * side) ** 2;
  const reach = (STRAND_REACH * side) ** 2;
  dropIslands(probability, ISLAND, size, scratch.islands);
  for (let i = 0; i < softArea.length; i++) inside[i] = softArea[i]! > IN_SOFT_AREA ? 1 : 0;
  squaredDistances(toSoftArea, inside, half, 1, distances);
  for (let y = 0, i = 0; y < size.height; y++) {
    const row = (y >> 1) * half.width;
    for (let x = 0; x < size.width; x++, i++) {
      const p = probability[i]!;
      nearBackground[i] = p < 1 - doubt ? 1 : 0;
      const strand = p > STRAND[place] && toSoftArea[row + (x >> 1)]! <= reach;
      nearForeground[i] = p > doubt || strand ? 1 : 0;
    }
  }
  findLost(lost, scratch.halfGaps, probability, messages, size, doubt);
  dilate(nearForeground, nearForeground, size, MARGIN, scratch.gaps);
  dilate(nearBackground, nearBackground, size, MARGIN, scratch.gaps);
  for (let y = 0, i = 0; y < size.height; y++) {
    const row = (y >> 1) * half.width;
    for (let x = 0; x < size.width; x++, i++) {
      const at = row + (x >> 1);
      const near = nearForeground[i]! & nearBackground[i]!;
      const soft = toSoftArea[at]! <= fringe;
      if (near || soft || lost[at] === 1) dst[i] = UNKNOWN;
      else dst[i] = probability[i]! > 0.5 ? FOREGROUND : BACKGROUND;
    }
  }
}

/** Sets what may show something that came before the subject. @param dst - half of `size`; receives 0 or 1 */
function findLost(
  dst: Uint8Array,
  gaps: Uint8Array,
  probability: Float32Array,
  messages: readonly Message[],
  size: Size,
  doubt: number,
): void {
  for (let y = 0, at = 0; y < size.height; y += 2) {
    for (let x = 0; x < size.width; x += 2, at++) {
      const p = probability[y * size.width + x]!;
      let kept = p <= doubt || p >= 1 - doubt ? 1 : 0;
      for (const { certainty } of messages) if (certainty[at]! > LOST) kept = 1;
      dst[at] = kept;
    }
  }
  const half = halfSize(size);
  dilate(dst, dst, half, LOST_CORE, gaps);
  for (let at = 0; at < dst.length; at++) dst[at]! ^= 1;
  dilate(dst, dst, half, LOST_REACH, gaps);
}
