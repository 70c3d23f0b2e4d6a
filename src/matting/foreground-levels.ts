import { boxAround, type Box } from '../core/mask-box.js';
import type { Size } from './tiles.js';

/** How far past the matte's edge the foreground's colour is carried, pixels. */
const REACH = 16;

/** A level as small as this is the coarsest: pixels of its longer side. */
const COARSEST = 4;

/** Levels up to this size are solved everywhere. */
const SMALL = 32;

/** One sampling of the part of a frame that holds the subject: every `step`th pixel on either axis. */
export interface Active extends Size {
  readonly step: number;
  /** Of its first pixel in the frame. */
  readonly left: number;
  readonly top: number;
  /** The frame's width. */
  readonly stride: number;
  /** Its pixels to be solved, ascending. */
  readonly pixels: Uint32Array;
}

/**
 * The pixels whose foreground colour is wanted, those of alpha between 0 and 1 and those of alpha 0 within `REACH` of more,
 * and what each coarser sampling of the frame has under them; the finest first.
 *
 * @returns undefined when there are none
 */
export function activePixels(alpha: Float32Array, frame: Size): Active[] | undefined {
  const wanted = wantedPixels(alpha, frame);
  // A pixel more on every side: known colours to begin with.
  const box = boxAround(wanted, frame, 1);
  if (!box) return undefined;
  const { left, top } = box;
  let { width, height } = box;
  let mask = cutOut(wanted, frame, box);
  const levels: Active[] = [];
  for (let step = 1; ; step *= 2) {
    const all = step > 1 && Math.max(width, height) <= SMALL;
    const pixels = listed(mask, all);
    levels.push({ width, height, step, left, top, stride: frame.width, pixels });
    if (Math.max(width, height) <= COARSEST) return levels;
    const next = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
    mask = halved(mask, { width, height }, next);
    ({ width, height } = next);
  }
}

/** 1 where the foreground's colour is wanted. */
function wantedPixels(alpha: Float32Array, { width, height }: Size): Uint8Array {
  const near = new Uint8Array(alpha.length);
  // Chessboard distance, one axis after the other.
  for (let y = 0; y < height; y += 1) {
    spread(near, y * width, 1, width, (at) => alpha[at]! > 0);
  }
  const rows = near.slice();
  for (let x = 0; x < width; x += 1) {
    spread(near, x, width, height, (at) => rows[at] === 1);
  }
  for (let at = 0; at < near.length; at += 1) if (alpha[at] === 1) near[at] = 0;
  return near;
}

/** Marks what lies within `REACH` of a line's set pixels. */
function spread(
  dst: Uint8Array,
  start: number,
  step: number,
  count: number,
  isSet: (at: number) => boolean,
): void {
  let last = -Infinity;
  for (let n = 0; n < count; n += 1) {
    if (isSet(start + n * step)) last = n;
    dst[start + n * step] = n - last <= REACH ? 1 : 0;
  }
  last = Infinity;
  for (let n = count - 1; n >= 0; n -= 1) {
    if (isSet(start + n * step)) last = n;
    if (last - n <= REACH) dst[start + n * step] = 1;
  }
}

function cutOut(mask: Uint8Array, frame: Size, { left, top, width, height }: Box): Uint8Array {
  const cut = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const from = (top + y) * frame.width + left;
    cut.set(mask.subarray(from, from + width), y * width);
  }
  return cut;
}

/** Set where any of the four pixels under it is. */
function halved(mask: Uint8Array, { width, height }: Size, to: Size): Uint8Array {
  const half = new Uint8Array(to.width * to.height);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 1) {
      if (mask[at] === 1) half[(y >> 1) * to.width + (x >> 1)] = 1;
    }
  }
  return half;
}

function listed(mask: Uint8Array, all: boolean): Uint32Array {
  const pixels = new Uint32Array(mask.length);
  let count = 0;
  for (let at = 0; at < mask.length; at += 1) {
    if (all || mask[at] === 1) {
      pixels[count] = at;
      count += 1;
    }
  }
  return pixels.slice(0, count);
}
