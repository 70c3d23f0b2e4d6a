import type { FrameFormat, FramePlanes } from '../core/frame.js';
import { reflectIndex } from './reflect.js';
import { clip, rgbMatrix } from './rgb-matrix.js';
import type { Placement, Sheet } from './sheet.js';
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
 * Writes one tile's network input, channel by channel, at its place in a sheet (N, C, H, W). Colours are clipped to
 * 0..1. Outside the frame the picture is mirrored without repeating the edge pixel.
 *
 * @param dst - the sheet's numbers, `count · channelCount · height · width`
 */
export function gatherTile(
  dst: Float32Array,
  { height, width }: Pick<Sheet, 'height' | 'width'>,
  { tile, sample, left }: Placement,
  planes: FramePlanes,
  format: FrameFormat,
  channels: TileChannels,
): void {
  const place = { offset: sample * channelCount(channels) * height * width + left, stride: width };
  const plane = height * width;
  gatherColour(dst, place, plane, planes.colour, format, tile);
  gatherTrimap(dst, shifted(place, 3 * plane), planes.trimap, format, tile);
  const guide = { stage1: undefined, 'stage1+prior': planes.prior, stage2: planes.stage1 }[channels];
  if (guide) gatherPlane(dst, shifted(place, 4 * plane), guide, format, tile);
}

/** Where a tile's first pixel goes, and how far apart its rows lie. */
interface Place {
  readonly offset: number;
  readonly stride: number;
}

function shifted({ offset, stride }: Place, by: number): Place {
  return { offset: offset + by, stride };
}

function gatherColour(
  dst: Float32Array,
  { offset, stride }: Place,
  plane: number,
  [p0, p1, p2]: FramePlanes['colour'],
  format: FrameFormat,
  tile: Tile,
): void {
  const m = rgbMatrix(format);
  const [r0, r1, r2, r3] = [m[0]!, m[1]!, m[2]!, m[3]!];
  const [g0, g1, g2, g3] = [m[4]!, m[5]!, m[6]!, m[7]!];
  const [b0, b1, b2, b3] = [m[8]!, m[9]!, m[10]!, m[11]!];
  for (let y = 0; y < tile.height; y += 1) {
    const row = reflectIndex(tile.y + y, format.height) * format.width;
    for (let x = 0, to = offset + y * stride; x < tile.width; x += 1, to += 1) {
      const at = row + reflectIndex(tile.x + x, format.width);
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
  { offset, stride }: Place,
  trimap: Uint8Array,
  { width, height }: FrameFormat,
  tile: Tile,
): void {
  for (let y = 0; y < tile.height; y += 1) {
    const row = reflectIndex(tile.y + y, height) * width;
    for (let x = 0, to = offset + y * stride; x < tile.width; x += 1, to += 1) {
      const value = trimap[row + reflectIndex(tile.x + x, width)]!;
      dst[to] = value === 0 ? 0 : value === 255 ? 1 : 0.5;
    }
  }
}

function gatherPlane(
  dst: Float32Array,
  { offset, stride }: Place,
  plane: Float32Array,
  { width, height }: FrameFormat,
  tile: Tile,
): void {
  for (let y = 0; y < tile.height; y += 1) {
    const row = reflectIndex(tile.y + y, height) * width;
    for (let x = 0, to = offset + y * stride; x < tile.width; x += 1, to += 1) {
      dst[to] = plane[row + reflectIndex(tile.x + x, width)]!;
    }
  }
}
