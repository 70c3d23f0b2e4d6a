import type { FrameFormat, FramePlanes } from '../core/frame.js';
import type { StageInput } from './engines/engine.js';
import { reflectIndex } from './reflect.js';
import type { Stage } from './networks/model.js';
import type { Tile } from './tiles.js';

type Plane = Uint8Array | Uint16Array | Float32Array;

/**
 * Copies one tile of a frame into its place in a batch: colour as stored, the trimap, and the stage's guide if the
 * batch has one (stage 1: the prior, stage 2: what stage 1 handed over). Past the right and bottom edge the frame is
 * mirrored without repeating the edge pixel.
 *
 * @param dst - made for tiles of this size (`BatchMemory`)
 * @param place - which sample of the batch, from 0
 */
export function gatherTile(
  dst: StageInput,
  place: number,
  planes: FramePlanes,
  format: FrameFormat,
  tile: Tile,
  stage: Stage,
): void {
  const pixels = tile.width * tile.height;
  planes.colour.forEach((plane, channel) => {
    copyPlane(dst.colour, (3 * place + channel) * pixels, plane, format, tile);
  });
  copyPlane(dst.trimap, place * pixels, planes.trimap, format, tile);
  if (!dst.guide) return;
  const guide = stage === 'stage1' ? planes.prior : planes.stage1;
  const copy = dst.guide instanceof Uint16Array ? encodePlane : copyPlane;
  copy(dst.guide, place * pixels, guide, format, tile);
}

/** Rows as they are: `dst` holds the same kind of numbers. */
function copyPlane(
  dst: Plane,
  offset: number,
  src: Plane,
  { width, height }: { readonly width: number; readonly height: number },
  tile: Tile,
): void {
  const inside = Math.min(tile.width, width - tile.x);
  for (let y = 0, to = offset; y < tile.height; y += 1, to += tile.width) {
    const row = reflectIndex(tile.y + y, height) * width;
    dst.set(src.subarray(row + tile.x, row + tile.x + inside), to);
    for (let x = inside; x < tile.width; x += 1) dst[to + x] = src[row + reflectIndex(tile.x + x, width)]!;
  }
}

/** Alpha 0..1 as alpha · 65535, rounded. */
function encodePlane(
  dst: Plane,
  offset: number,
  src: Plane,
  { width, height }: { readonly width: number; readonly height: number },
  tile: Tile,
): void {
  const inside = Math.min(tile.width, width - tile.x);
  for (let y = 0, to = offset; y < tile.height; y += 1) {
    const row = reflectIndex(tile.y + y, height) * width;
    for (let x = 0; x < tile.width; x += 1, to += 1) {
      const at = row + (x < inside ? tile.x + x : reflectIndex(tile.x + x, width));
      dst[to] = 65535 * src[at]! + 0.5;
    }
  }
}
