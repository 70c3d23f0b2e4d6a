import { COARSE } from './colour-cells.js';
import type { CoarseColours } from './coarse-colours.js';

/** Entries of `interpolateRow`. */
export const WIDE_ROW: number = 6 * COARSE;

/**
 * The wide blur's colours at the pixels of cell column `cx` in frame row `y`: bilinear, half-pixel centres, edge cells
 * repeated. Six a pixel, of which the first `count` are filled.
 */
export function interpolateRow(
  dst: Float64Array,
  { width, height, stride, origin, colours }: CoarseColours,
  cx: number,
  y: number,
  count: 3 | 6,
): void {
  const cy = Math.floor(y / COARSE);
  const down = (y - COARSE * cy + 0.5) / COARSE - 0.5;
  const beside = Math.min(Math.max(down < 0 ? cy - 1 : cy + 1, 0), height - 1);
  const far = Math.abs(down);
  const near = 1 - far;
  const here = origin + cy * stride;
  const there = origin + beside * stride;
  const west = Math.max(cx - 1, 0);
  const east = Math.min(cx + 1, width - 1);
  for (let k = 0; k < count; k += 1) {
    const middle = near * colours[6 * (here + cx) + k]! + far * colours[6 * (there + cx) + k]!;
    const left = near * colours[6 * (here + west) + k]! + far * colours[6 * (there + west) + k]! - middle;
    const right = near * colours[6 * (here + east) + k]! + far * colours[6 * (there + east) + k]! - middle;
    // Pixel centres lie 1/16, 3/16, 5/16 and 7/16 of a cell from the cell's.
    dst[k] = middle + 0.4375 * left;
    dst[6 + k] = middle + 0.3125 * left;
    dst[12 + k] = middle + 0.1875 * left;
    dst[18 + k] = middle + 0.0625 * left;
    dst[24 + k] = middle + 0.0625 * right;
    dst[30 + k] = middle + 0.1875 * right;
    dst[36 + k] = middle + 0.3125 * right;
    dst[42 + k] = middle + 0.4375 * right;
  }
}
