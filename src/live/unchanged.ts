import type { Samples } from '../core/frame.js';
import type { Size } from '../trimap/picture.js';

/** Side of the blocks that are kept or not, pixels. */
const BLOCK = 32;
/** A block has changed when any cell of it has: pixels of a cell's side, … */
const CELL = 8;
/** … and the mean difference of luma within, in steps of 255. */
const NOISE = 4;
/** Share of a block's pixels whose trimap may differ. */
const TRIMAP_SHARE = 0.02;

/** What is kept of the last frame that was matted. */
export interface Matted {
  readonly luma: Uint8Array;
  readonly trimap: Uint8Array;
  readonly alpha: Float32Array;
}

/**
 * Finds the blocks in which neither picture nor trimap has changed since the last matted frame, and makes their unknown
 * pixels known by its alpha, so that no network works on them.
 *
 * @param kept - receives 1 for each block whose alpha is to be put back, row by row
 * @param trimap - the frame's; changed in kept blocks
 * @returns blocks kept
 */
export function keepUnchanged(
  kept: Uint8Array,
  { luma, trimap }: { readonly luma: Samples; readonly trimap: Uint8Array },
  last: Matted,
  { width, height }: Size,
): number {
  let count = 0;
  let block = 0;
  for (let top = 0; top < height; top += BLOCK) {
    for (let left = 0; left < width; left += BLOCK, block++) {
      const area: Area = {
        left,
        top,
        right: Math.min(width, left + BLOCK),
        bottom: Math.min(height, top + BLOCK),
      };
      const same = sameTrimap(trimap, last.trimap, area, width) && samePicture(luma, last.luma, area, width);
      kept[block] = same ? 1 : 0;
      if (!same) continue;
      count += 1;
      eachRow(area, width, (from, to) => {
        for (let i = from; i < to; i++) {
          if (trimap[i] === 128) trimap[i] = last.alpha[i]! > 0.5 ? 255 : 0;
        }
      });
    }
  }
  return count;
}

/** Puts the last frame's alpha back into the kept blocks. */
export function restoreKept(
  alpha: Float32Array,
  kept: Uint8Array,
  last: Float32Array,
  { width, height }: Size,
): void {
  const columns = Math.ceil(width / BLOCK);
  for (let block = 0; block < kept.length; block++) {
    if (kept[block] === 0) continue;
    const left = (block % columns) * BLOCK;
    const top = Math.floor(block / columns) * BLOCK;
    const right = Math.min(width, left + BLOCK);
    eachRow({ left, top, right, bottom: Math.min(height, top + BLOCK) }, width, (from, to) => {
      alpha.set(last.subarray(from, to), from);
    });
  }
}

/** Blocks of a frame. */
export function blockCount({ width, height }: Size): number {
  return Math.ceil(width / BLOCK) * Math.ceil(height / BLOCK);
}

interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function sameTrimap(trimap: Uint8Array, last: Uint8Array, area: Area, stride: number): boolean {
  let different = 0;
  eachRow(area, stride, (from, to) => {
    for (let i = from; i < to; i++) if (trimap[i] !== last[i]) different += 1;
  });
  return different <= TRIMAP_SHARE * (area.right - area.left) * (area.bottom - area.top);
}

function samePicture(luma: Samples, last: Uint8Array, area: Area, stride: number): boolean {
  for (let y = area.top; y < area.bottom; y += CELL) {
    for (let x = area.left; x < area.right; x += CELL) {
      let sum = 0;
      const right = Math.min(area.right, x + CELL);
      const bottom = Math.min(area.bottom, y + CELL);
      eachRow({ left: x, top: y, right, bottom }, stride, (from, to) => {
        for (let i = from; i < to; i++) sum += Math.abs(luma[i]! - last[i]!);
      });
      if (sum > NOISE * (right - x) * (bottom - y)) return false;
    }
  }
  return true;
}

function eachRow(
  { left, top, right, bottom }: Area,
  stride: number,
  visit: (from: number, to: number) => void,
): void {
  for (let y = top; y < bottom; y++) visit(y * stride + left, y * stride + right);
}
