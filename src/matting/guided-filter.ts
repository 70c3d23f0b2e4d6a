import type { FrameFormat, FramePlanes } from '../core/frame.js';
import { CELL, type CellGrid } from './cell-grid.js';
import { COLUMN_SUMS, fitWindows, RADIUS, type ColourFit } from './colour-fit.js';
import { clip, rgbMatrix } from './rgb-matrix.js';

/** How many cells past the filtered region the input and the colours are read. */
export const FILTER_REACH: number = 2 * RADIUS + 1;

/** Planes of the filter, each with an entry a grid cell, and the column sums of one row of windows. */
export interface FilterScratch {
  /** The model of the window round each cell. */
  readonly fit: ColourFit;
  /** The same, averaged over the windows a cell lies in. */
  readonly mean: ColourFit;
  readonly columns: Float64Array;
}

export function allocateFilter(grid: CellGrid): FilterScratch {
  const plane = (): Float64Array => new Float64Array(grid.state.length);
  return {
    fit: [plane(), plane(), plane(), plane()],
    mean: [plane(), plane(), plane(), plane()],
    columns: new Float64Array(COLUMN_SUMS * grid.width),
  };
}

/**
 * Brings a quarter-size map up to the frame's size by a colour guided filter (He, Sun, Tang, "Guided Image Filtering",
 * PAMI 2013): in each window the map is a linear function of colour; those functions, averaged and interpolated
 * (bilinear, half-pixel centres, edge cells repeated), are applied to the full-size colours. The fast variant
 * (He and Sun 2015) with the coefficients averaged at quarter size.
 *
 * Writes the pixels of cells at most `region` cells from an unknown one, clipped to 0..1, and no others.
 * Reads `p`, and the grid's colours, of cells up to `region + FILTER_REACH`.
 *
 * @param dst - full size
 * @param p - the map, one entry a grid cell, 0..1
 */
export function guidedUpsample(
  dst: Float32Array,
  p: Float64Array,
  grid: CellGrid,
  region: number,
  planes: FramePlanes,
  format: FrameFormat,
  scratch: FilterScratch,
): void {
  fitWindows(scratch.fit, scratch.columns, p, grid, region + 1 + RADIUS);
  averageFits(scratch, grid, region + 1);
  applyFits(dst, scratch, grid, region, planes, format);
}

function averageFits({ fit, mean }: FilterScratch, grid: CellGrid, region: number): void {
  const { width, height, stride, origin, distance } = grid;
  for (let y = 0; y < height; y += 1) {
    const [top, bottom] = [Math.max(y - RADIUS, 0), Math.min(y + RADIUS, height - 1)];
    for (let x = 0; x < width; x += 1) {
      const cell = origin + y * stride + x;
      if (distance[cell]! > region) continue;
      const [left, right] = [Math.max(x - RADIUS, 0), Math.min(x + RADIUS, width - 1)];
      const share = 1 / ((bottom - top + 1) * (right - left + 1));
      let [r, g, b, c] = [0, 0, 0, 0];
      for (let row = origin + top * stride; row <= origin + bottom * stride; row += stride) {
        for (let at = row + left; at <= row + right; at += 1) {
          r += fit[0][at]!;
          g += fit[1][at]!;
          b += fit[2][at]!;
          c += fit[3][at]!;
        }
      }
      mean[0][cell] = share * r;
      mean[1][cell] = share * g;
      mean[2][cell] = share * b;
      mean[3][cell] = share * c;
    }
  }
}

/** The cell's own share of a pixel's interpolation, by the pixel's place in the cell; the rest is its neighbour's. */
const OWN_SHARE = [5 / 8, 7 / 8, 7 / 8, 5 / 8] as const;

/** Coefficients of one pixel row of the cell at hand, at three cell columns (4 each). */
const row = new Float64Array(12);

function applyFits(
  dst: Float32Array,
  { mean }: FilterScratch,
  grid: CellGrid,
  region: number,
  planes: FramePlanes,
  format: FrameFormat,
): void {
  const { width, height } = format;
  const [p0, p1, p2] = planes.colour;
  const m = rgbMatrix(format);
  for (let y = 0; y < grid.height && CELL * y < height; y += 1) {
    for (let x = 0; x < grid.width && CELL * x < width; x += 1) {
      const cell = grid.origin + y * grid.stride + x;
      if (grid.distance[cell]! > region) continue;
      const west = x === 0 ? 0 : -1;
      const east = x === grid.width - 1 ? 0 : 1;
      const rows = Math.min(CELL, height - CELL * y);
      const across = Math.min(CELL, width - CELL * x);
      for (let dy = 0; dy < rows; dy += 1) {
        const towards = dy < CELL / 2 ? -1 : 1;
        const beside = y + towards < 0 || y + towards === grid.height ? cell : cell + towards * grid.stride;
        const own = OWN_SHARE[dy]!;
        for (let k = 0; k < 4; k += 1) {
          const plane = mean[k]!;
          row[k] = own * plane[cell + west]! + (1 - own) * plane[beside + west]!;
          row[4 + k] = own * plane[cell]! + (1 - own) * plane[beside]!;
          row[8 + k] = own * plane[cell + east]! + (1 - own) * plane[beside + east]!;
        }
        for (let dx = 0, at = (CELL * y + dy) * width + CELL * x; dx < across; dx += 1, at += 1) {
          const [s0, s1, s2] = [p0[at]!, p1[at]!, p2[at]!];
          const red = clip(m[0]! * s0 + m[1]! * s1 + m[2]! * s2 + m[3]!);
          const green = clip(m[4]! * s0 + m[5]! * s1 + m[6]! * s2 + m[7]!);
          const blue = clip(m[8]! * s0 + m[9]! * s1 + m[10]! * s2 + m[11]!);
          const side = dx < CELL / 2 ? 0 : 8;
          const near = OWN_SHARE[dx]!;
          const far = 1 - near;
          dst[at] = clip(
            (near * row[4]! + far * row[side]!) * red +
              (near * row[5]! + far * row[side + 1]!) * green +
              (near * row[6]! + far * row[side + 2]!) * blue +
              near * row[7]! +
              far * row[side + 3]!,
          );
        }
      }
    }
  }
}
