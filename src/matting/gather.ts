import type { FrameFormat, FramePlanes } from '../core/frame.js';
import { reflectIndex } from './reflect.js';
import { clip, rgbMatrix } from './rgb-matrix.js';
import type { Tile } from './tiles.js';

/**
 * What a network reads, in channel order. `stage1`: R′, G′, B′ (0..1), trimap (0, 0.5, 1).
 * `stage1+prior`: the same and the prior alpha (0..1). `stage2`: as `stage1` and what stage 1 handed over
 * (alpha 0..1, or logits).
 */
export type TileChannels = 'stage1' | 'stage1+prior' | 'stage2';

/** How many channels a network of this kind reads. */
export function channelCount(channels: TileChannels): 4 | 5 {
  return channels === 'stage1' ? 4 : 5;
}

/**
 * Writes one tile's network input, channel by channel (the C, H, W of one sample of an NCHW batch). Colours are clipped
 * to 0..1. Past the right and bottom edge the frame is mirrored without repeating the edge pixel.
 *
 * @param offset - where the sample starts in `dst`, which holds `channelCount · tile.height · tile.width` from there
 */
export function gatherTile(
  dst: Float32Array,
  offset: number,
  planes: FramePlanes,
  format: FrameFormat,
  tile: Tile,
  channels: TileChannels,
): void {
  gatherColour(dst, offset, planes.colour, format, tile);
  const plane = tile.width * tile.height;
  gatherTrimap(dst, offset + 3 * plane, planes.trimap, format, tile);
  if (channels === 'stage1+prior') gatherPlane(dst, offset + 4 * plane, planes.prior, format, tile);
  if (channels === 'stage2') gatherPlane(dst, offset + 4 * plane, planes.stage1, format, tile);
}

function gatherColour(
  dst: Float32Array,
  offset: number,
  [p0, p1, p2]: FramePlanes['colour'],
  format: FrameFormat,
  tile: Tile,
): void {
  const plane = tile.width * tile.height;
  const m = rgbMatrix(format);
  const [r0, r1, r2, r3] = [m[0]!, m[1]!, m[2]!, m[3]!];
  const [g0, g1, g2, g3] = [m[4]!, m[5]!, m[6]!, m[7]!];
  const [b0, b1, b2, b3] = [m[8]!, m[9]!, m[10]!, m[11]!];
  const inside = Math.min(tile.width, format.width - tile.x);
  for (let y = 0, to = offset; y < tile.height; y += 1) {
    const row = reflectIndex(tile.y + y, format.height) * format.width;
    for (let x = 0; x < tile.width; x += 1, to += 1) {
      const at = row + (x < inside ? tile.x + x : reflectIndex(tile.x + x, format.width));
      const s0 = p0[at]!;
      const s1 = p1[at]!;
      const s2 = p2[at]!;
      dst[to] = clip(r0 * s0 + r1 * s1 + r2 * s2 + r3);
      dst[to + plane] = clip(g0 * s0 + g1 * s1 + g2 * s2 + g3);
      dst[to + 2 * plane] = clip(b0 * s0 + b1 * s1 + b2 * s2 + b3);
    }
  }
}

function gatherTrimap(
  dst: Float32Array,
  offset: number,
  trimap: Uint8Array,
  { width, height }: FrameFormat,
  tile: Tile,
): void {
  for (let y = 0, to = offset; y < tile.height; y += 1) {
    const row = reflectIndex(tile.y + y, height) * width;
    for (let x = 0; x < tile.width; x += 1, to += 1) {
      const value = trimap[row + reflectIndex(tile.x + x, width)]!;
      dst[to] = value === 0 ? 0 : value === 255 ? 1 : 0.5;
    }
  }
}

function gatherPlane(
  dst: Float32Array,
  offset: number,
  plane: Float32Array,
  { width, height }: FrameFormat,
  tile: Tile,
): void {
  const inside = Math.min(tile.width, width - tile.x);
  for (let y = 0, to = offset; y < tile.height; y += 1, to += tile.width) {
    const row = reflectIndex(tile.y + y, height) * width;
    dst.set(plane.subarray(row + tile.x, row + tile.x + inside), to);
    for (let x = inside; x < tile.width; x += 1) dst[to + x] = plane[row + reflectIndex(tile.x + x, width)]!;
  }
}
