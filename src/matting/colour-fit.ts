import { COLUMN_SUMS, fitWindow, type ColourFit } from '../core/window-fit.js';
import type { CellGrid } from './cell-grid.js';

/** Window radius, cells. */
export const RADIUS = 2;

/** Added to the colour covariance of a window (R′G′B′ in 0..1). */
const EPSILON = 1e-4;

/**
 * Fits the map to colour by least squares in the window round each cell at most `region` cells from an unknown one:
 * a = (Σ + ε)⁻¹ cov(I, p), b = p̄ − a·μ. Windows are cut off at the picture's edge. Sums are kept of columns of
 * `2·RADIUS + 1` cells, and of the window, which gains a column and loses one from cell to cell.
 *
 * @param columns - scratch, `COLUMN_SUMS` a cell of the grid's width
 * @param p - the map, one entry a grid cell
 */
export function fitWindows(
  fit: ColourFit,
  columns: Float64Array,
  p: Float64Array,
  grid: CellGrid,
  region: number,
): void {
  const { width, height, stride, origin, distance } = grid;
  for (let y = 0; y < height; y += 1) {
    const start = origin + y * stride;
    const [top, bottom] = [Math.max(y - RADIUS, 0), Math.min(y + RADIUS, height - 1)];
    for (let x = 0, first = 0, end = 0; x < width; x += 1) {
      if (distance[start + x]! > region) continue;
      const left = Math.max(x - RADIUS, 0);
      const right = Math.min(x + RADIUS, width - 1);
      if (left >= end) {
        sums.fill(0);
        first = end = left;
      }
      for (; end <= right; end += 1) {
        sumColumn(columns, p, grid, end, top, bottom);
        addColumn(sums, columns, COLUMN_SUMS * end);
      }
      for (; first < left; first += 1) dropColumn(sums, columns, COLUMN_SUMS * first);
      fitWindow(fit, start + x, sums, 1 / ((right - left + 1) * (bottom - top + 1)), EPSILON);
    }
  }
}

/** Sums of the window at hand. */
const sums = new Float64Array(COLUMN_SUMS);

/** Adds the column sums that begin at `at`, as many as a window has. */
export function addColumn(window: Float64Array, columns: Float64Array, at: number): void {
  for (let k = 0; k < window.length; k += 1) window[k] = window[k]! + columns[at + k]!;
}

export function dropColumn(window: Float64Array, columns: Float64Array, at: number): void {
  for (let k = 0; k < window.length; k += 1) window[k] = window[k]! - columns[at + k]!;
}

/** Column sums of the thirteen quantities, rows `top` to `bottom`, into `columns[13·x]` and on. */
function sumColumn(
  columns: Float64Array,
  p: Float64Array,
  grid: CellGrid,
  x: number,
  top: number,
  bottom: number,
): void {
  const [red, green, blue] = grid.colour;
  let sr = 0;
  let sg = 0;
  let sb = 0;
  let srr = 0;
  let srg = 0;
  let srb = 0;
  let sgg = 0;
  let sgb = 0;
  let sbb = 0;
  let sp = 0;
  let spr = 0;
  let spg = 0;
  let spb = 0;
  for (let y = top; y <= bottom; y += 1) {
    const cell = grid.origin + y * grid.stride + x;
    const r = red[cell]!;
    const g = green[cell]!;
    const b = blue[cell]!;
    const v = p[cell]!;
    sr += r;
    sg += g;
    sb += b;
    srr += r * r;
    srg += r * g;
    srb += r * b;
    sgg += g * g;
    sgb += g * b;
    sbb += b * b;
    sp += v;
    spr += v * r;
    spg += v * g;
    spb += v * b;
  }
  const at = COLUMN_SUMS * x;
  columns[at] = sr;
  columns[at + 1] = sg;
  columns[at + 2] = sb;
  columns[at + 3] = srr;
  columns[at + 4] = srg;
  columns[at + 5] = srb;
  columns[at + 6] = sgg;
  columns[at + 7] = sgb;
  columns[at + 8] = sbb;
  columns[at + 9] = sp;
  columns[at + 10] = spr;
  columns[at + 11] = spg;
  columns[at + 12] = spb;
}
