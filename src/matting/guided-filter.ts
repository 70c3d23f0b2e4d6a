import type { FrameFormat, FramePlanes } from '../core/frame.js';
import { CELL, type CellGrid } from './cell-grid.js';
import { COEFFICIENTS, COLUMN_SUMS, type ColourFit } from '../core/window-fit.js';
import { addColumn, dropColumn, fitWindows, RADIUS } from './colour-fit.js';
import { clip, rgbMatrix } from './rgb-matrix.js';

/** How many cells past the filtered region the input and the colours are read. */
export const FILTER_REACH: number = 2 * RADIUS + 1;

/** Linear models a grid cell, and the column sums of one row of windows. */
export interface FilterScratch {
  /** The model of the window round each cell. */
  readonly fit: ColourFit;
  /** The same, averaged over the windows a cell lies in. */
  readonly mean: ColourFit;
  readonly columns: Float64Array;
}

export function allocateFilter(grid: CellGrid): FilterScratch {
  return {
    fit: new Float64Array(COEFFICIENTS * grid.state.length),
    mean: new Float64Array(COEFFICIENTS * grid.state.length),
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

/** The window's sums in `fit` go from cell to cell as those of `fitWindows` do. */
function averageFits({ fit, mean, columns }: FilterScratch, grid: CellGrid, region: number): void {
  const { width, height, stride, origin, distance } = grid;
  for (let y = 0; y < height; y += 1) {
    const [top, bottom] = [Math.max(y - RADIUS, 0), Math.min(y + RADIUS, height - 1)];
    for (let x = 0, first = 0, end = 0; x < width; x += 1) {
      const cell = origin + y * stride + x;
      if (distance[cell]! > region) continue;
      const left = Math.max(x - RADIUS, 0);
      const right = Math.min(x + RADIUS, width - 1);
      if (left >= end) {
        sums.fill(0);
        first = end = left;
      }
      for (; end <= right; end += 1) {
        sumFits(
          columns,
          COEFFICIENTS * end,
          fit,
          origin + top * stride + end,
          origin + bottom * stride + end,
          stride,
        );
        addColumn(sums, columns, COEFFICIENTS * end);
      }
      for (; first < left; first += 1) dropColumn(sums, columns, COEFFICIENTS * first);
      const share = 1 / ((bottom - top + 1) * (right - left + 1));
      for (let k = 0; k < COEFFICIENTS; k += 1) mean[COEFFICIENTS * cell + k] = share * sums[k]!;
    }
  }
}

const sums = new Float64Array(COEFFICIENTS);

/** Sums of the models of a column's cells from `top` to `bottom`. */
function sumFits(
  dst: Float64Array,
  to: number,
  fit: ColourFit,
  top: number,
  bottom: number,
  stride: number,
): void {
  let r = 0;
  let g = 0;
  let b = 0;
  let c = 0;
  for (let at = COEFFICIENTS * top; at <= COEFFICIENTS * bottom; at += COEFFICIENTS * stride) {
    r += fit[at]!;
    g += fit[at + 1]!;
    b += fit[at + 2]!;
    c += fit[at + 3]!;
  }
  dst[to] = r;
  dst[to + 1] = g;
  dst[to + 2] = b;
  dst[to + 3] = c;
}

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
      if (grid.distance[grid.origin + y * grid.stride + x]! > region) continue;
      const rows = Math.min(CELL, height - CELL * y);
      const across = Math.min(CELL, width - CELL * x);
      for (let dy = 0; dy < rows; dy += 1) {
        interpolateModels(mean, grid, x, y, dy);
        const start = (CELL * y + dy) * width + CELL * x;
        for (let dx = 0, at = start, k = 0; dx < across; dx += 1, at += 1, k += COEFFICIENTS) {
          const s0 = p0[at]!;
          const s1 = p1[at]!;
          const s2 = p2[at]!;
          const red = clip(m[0]! * s0 + m[1]! * s1 + m[2]! * s2 + m[3]!);
          const green = clip(m[4]! * s0 + m[5]! * s1 + m[6]! * s2 + m[7]!);
          const blue = clip(m[8]! * s0 + m[9]! * s1 + m[10]! * s2 + m[11]!);
          dst[at] = clip(models[k]! * red + models[k + 1]! * green + models[k + 2]! * blue + models[k + 3]!);
        }
      }
    }
  }
}

/** The models at the pixels of one row of the cell at hand. */
const models = new Float64Array(COEFFICIENTS * CELL);

/** Bilinear: pixel centres lie 1/8 and 3/8 of a cell from the cell's. */
function interpolateModels(
  mean: ColourFit,
  { width, height, stride, origin }: CellGrid,
  x: number,
  y: number,
  dy: number,
): void {
  const beside = Math.min(Math.max(dy < CELL / 2 ? y - 1 : y + 1, 0), height - 1);
  const far = dy === 0 || dy === CELL - 1 ? 0.375 : 0.125;
  const near = 1 - far;
  const here = origin + y * stride;
  const there = origin + beside * stride;
  const west = x === 0 ? 0 : x - 1;
  const east = x === width - 1 ? x : x + 1;
  for (let k = 0; k < COEFFICIENTS; k += 1) {
    const middle = near * mean[COEFFICIENTS * (here + x) + k]! + far * mean[COEFFICIENTS * (there + x) + k]!;
    const left =
      near * mean[COEFFICIENTS * (here + west) + k]! +
      far * mean[COEFFICIENTS * (there + west) + k]! -
      middle;
    const right =
      near * mean[COEFFICIENTS * (here + east) + k]! +
      far * mean[COEFFICIENTS * (there + east) + k]! -
      middle;
    models[k] = middle + 0.375 * left;
    models[COEFFICIENTS + k] = middle + 0.125 * left;
    models[2 * COEFFICIENTS + k] = middle + 0.125 * right;
    models[3 * COEFFICIENTS + k] = middle + 0.375 * right;
  }
}
