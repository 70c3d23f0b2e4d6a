import type { FrameFormat, FramePlanes } from '../core/frame.js';
import { reflectIndex } from './reflect.js';
import { rgbMatrix } from './rgb-matrix.js';
import type { Tile } from './tiles.js';

/**
 * Writes one tile as a network reads it: R′, G′, B′ 0..1, the trimap 0 / 0.5 / 1, and one more plane if there is one.
 * Past the frame's right and bottom edges pixels are mirrored.
 *
 * @param dst - (N, C, H, W) of the batch; receives C × H × W values from `offset` on
 * @param extra - the plane that follows the trimap, if any
 */
export function gatherTile(
  dst: Float32Array,
  offset: number,
  planes: FramePlanes,
  format: FrameFormat,
  tile: Tile,
  extra?: 'prior' | 'stage1',
): void {
  const { width, height } = format;
  const { x, y } = tile;
  const area = x.length * y.length;
  const matrix = rgbMatrix(format);
  const inside = Math.min(x.length, width - x.start);
  for (let row = 0; row < y.length; row++) {
    const from = reflectIndex(y.start + row, height) * width;
    const at = offset + row * x.length;
    gatherColour(dst, at, area, planes.colour, from + x.start, inside, matrix);
    for (let i = 0; i < inside; i++) dst[at + 3 * area + i] = level(planes.trimap[from + x.start + i]!);
    if (extra) {
      dst.set(planes[extra].subarray(from + x.start, from + x.start + inside), at + 4 * area);
    }
    // The mirrored columns are all in the tile, unless the frame is narrower than its padding.
    for (let i = inside; i < x.length; i++) {
      const mirror = Math.max(0, reflectIndex(x.start + i, width) - x.start);
      for (let c = extra ? 4 : 3; c >= 0; c--) dst[at + c * area + i] = dst[at + c * area + mirror]!;
    }
  }
}

/** One row of R′G′B′, clipped to 0..1. */
function gatherColour(
  dst: Float32Array,
  at: number,
  area: number,
  colour: FramePlanes['colour'],
  from: number,
  count: number,
  m: Float64Array,
): void {
  const [first, second, third] = colour;
  for (let i = 0; i < count; i++) {
    const p0 = first[from + i]!;
    const p1 = second[from + i]!;
    const p2 = third[from + i]!;
    for (let c = 0; c < 3; c++) {
      const value = m[4 * c]! * p0 + m[4 * c + 1]! * p1 + m[4 * c + 2]! * p2 + m[4 * c + 3]!;
      dst[at + c * area + i] = value < 0 ? 0 : value > 1 ? 1 : value;
    }
  }
}

function level(trimap: number): number {
  return trimap === 255 ? 1 : trimap === 0 ? 0 : 0.5;
}
