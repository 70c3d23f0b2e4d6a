import type { FramePlanes } from '../core/frame.js';
import type { Placement, Sheet } from './sheet.js';
import { spanWeight } from './tiles.js';

/** What `planes.stage1` holds between the stages: alpha 0..1, or logits (alpha = sigmoid) for models that say so. */
export type Stage1Carry = 'alpha' | 'logit';

/** The logit of a known pixel: sigmoid(16) is 1 to seven digits. */
const KNOWN_LOGIT = 16;

/** Empties a plane and its weights before the first tile of a frame is merged. */
export function beginMerge(dst: Float32Array, weight: Float32Array): void {
  dst.fill(0);
  weight.fill(0);
}

/**
 * Adds a tile's output, weighted by the tile's cross-fades, to a plane, and the weights to `weight`.
 *
 * @param src - the network's output, (N, 1, H, W) of the sheet
 */
export function mergeTile(
  dst: Float32Array,
  weight: Float32Array,
  frame: { readonly width: number; readonly height: number },
  src: Float32Array,
  sheet: Pick<Sheet, 'height' | 'width'>,
  { tile, sample, left }: Placement,
): void {
  const { columns, rows } = tile;
  const right = Math.min(columns.end, frame.width);
  const bottom = Math.min(rows.end, frame.height);
  const first = sample * sheet.height * sheet.width + left - tile.x;
  for (let y = rows.start; y < bottom; y += 1) {
    const down = spanWeight(rows, y);
    const from = first + (y - tile.y) * sheet.width;
    for (let x = columns.start, at = y * frame.width + x; x < right; x += 1, at += 1) {
      const share = down * spanWeight(columns, x);
      dst[at] = dst[at]! + share * src[from + x]!;
      weight[at] = weight[at]! + share;
    }
  }
}

/**
 * Turns the merged sums in `planes.stage1` into what stage 2 reads.
 * As alpha: unknown pixels clipped to 0..1, known ones exactly 0 or 1, visited or not. As logits: visited pixels keep
 * the network's value (such refiners have learned from it), known ones that no tile visited get ±16.
 */
export function finishStage1({ stage1, weight, trimap }: FramePlanes, carry: Stage1Carry): void {
  if (carry === 'alpha') {
    putKnown(stage1, weight, trimap);
    return;
  }
  for (let at = 0; at < trimap.length; at += 1) {
    const sum = weight[at]!;
    if (sum > 0) stage1[at] = stage1[at]! / sum;
    else stage1[at] = trimap[at] === 255 ? KNOWN_LOGIT : -KNOWN_LOGIT;
  }
}

/** Turns the merged sums in `planes.alpha` into the matte: unknown pixels clipped to 0..1, known ones exactly 0 or 1. */
export function finishAlpha({ alpha, weight, trimap }: FramePlanes): void {
  putKnown(alpha, weight, trimap);
}

function putKnown(dst: Float32Array, weight: Float32Array, trimap: Uint8Array): void {
  for (let at = 0; at < trimap.length; at += 1) {
    const known = trimap[at]!;
    if (known === 0) dst[at] = 0;
    else if (known === 255) dst[at] = 1;
    else {
      const value = dst[at]! / weight[at]!;
      dst[at] = value > 0 ? (value < 1 ? value : 1) : 0;
    }
  }
}
