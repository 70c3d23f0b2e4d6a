import type { FrameFormat, FramePlanes } from '../core/frame.js';
import type { StageInput } from './engines/engine.js';
import { reflectIndex } from './reflect.js';
import type { Stage } from './networks/model.js';
import type { Placement } from './sheet.js';
import type { Size, Tile } from './tiles.js';

type Plane = Uint8Array | Uint16Array | Float32Array;

/**
 * Copies one tile of a frame to its place in a batch: colour as stored, the trimap, and the stage's guide if the batch
 * has one (stage 1: the prior, stage 2: what stage 1 handed over). Outside the frame the picture is mirrored without
 * repeating the edge pixel.
 *
 * @param dst - of the sheet that `placement` is from (`BatchMemory`)
 */
export function gatherTile(
  dst: StageInput,
  { tile, sample, left }: Placement,
  planes: FramePlanes,
  format: FrameFormat,
  stage: Stage,
): void {
  const plane = dst.height * dst.width;
  planes.colour.forEach((samples, channel) => {
    copyPlane(dst.colour, (3 * sample + channel) * plane + left, dst.width, samples, format, tile);
  });
  copyPlane(dst.trimap, sample * plane + left, dst.width, planes.trimap, format, tile);
  if (!dst.guide) return;
  const guide = stage === 'stage1' ? planes.prior : planes.stage1;
  const copy = dst.guide instanceof Uint16Array ? encodePlane : copyPlane;
  copy(dst.guide, sample * plane + left, dst.width, guide, format, tile);
}

/** Rows as they are: `dst` holds the same kind of numbers. */
function copyPlane(
  dst: Plane,
  offset: number,
  stride: number,
  src: Plane,
  { width, height }: Size,
  tile: Tile,
): void {
  const [first, last] = insideOf(tile, width);
  for (let y = 0, to = offset; y < tile.height; y += 1, to += stride) {
    const row = reflectIndex(tile.y + y, height) * width;
    for (let x = 0; x < first; x += 1) dst[to + x] = src[row + reflectIndex(tile.x + x, width)]!;
    dst.set(src.subarray(row + tile.x + first, row + tile.x + last), to + first);
    for (let x = last; x < tile.width; x += 1) dst[to + x] = src[row + reflectIndex(tile.x + x, width)]!;
  }
}

/** Alpha 0..1 as alpha · 65535, rounded. */
function encodePlane(
  dst: Plane,
  offset: number,
  stride: number,
  src: Plane,
  { width, height }: Size,
  tile: Tile,
): void {
  const [first, last] = insideOf(tile, width);
  for (let y = 0; y < tile.height; y += 1) {
    const row = reflectIndex(tile.y + y, height) * width;
    for (let x = 0, to = offset + y * stride; x < tile.width; x += 1, to += 1) {
      const at = row + (x >= first && x < last ? tile.x + x : reflectIndex(tile.x + x, width));
      dst[to] = 65535 * src[at]! + 0.5;
    }
  }
}

/** The columns of a tile that lie in the frame: the first, and one past the last. */
function insideOf(tile: Tile, width: number): readonly [number, number] {
  return [Math.max(0, -tile.x), Math.min(tile.width, width - tile.x)];
}
