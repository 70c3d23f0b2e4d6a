import type { CellGrid } from './cell-grid.js';

/** Window radius, cells. */
export const RADIUS = 2;

/** Added to the colour covariance of a window (R′G′B′ in 0..1). */
const EPSILON = 1e-4;

/** Sums a column of a window needs: 3 colours, 6 colour products, the input, 3 input × colour. */
export const COLUMN_SUMS = 13;

/** A map as a linear function of colour, p ≈ a·I + b: a (R, G, B) and b, each with an entry a grid cell. */
export type ColourFit = readonly [Float64Array, Float64Array, Float64Array, Float64Array];

/**
 * Fits the map to colour by least squares in the window round each cell at most `region` cells from an unknown one:
 * a = (Σ + ε)⁻¹ cov(I, p), b = p̄ − a·μ. Windows are cut off at the picture's edge. Sums are kept a column of
 * `2·RADIUS + 1` cells at a time, which neighbouring windows share.
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
    for (let x = 0, summed = 0; x < width; x += 1) {
      if (distance[start + x]! > region) continue;
      const [left, right] = [Math.max(x - RADIUS, 0), Math.min(x + RADIUS, width - 1)];
      summed = Math.max(summed, left);
      for (; summed <= right; summed += 1) sumColumn(columns, p, grid, summed, top, bottom);
      fitWindow(fit, columns, start + x, left, right, bottom - top + 1);
    }
  }
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
  let [sr, sg, sb, srr, srg, srb, sgg, sgb, sbb] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  let [sp, spr, spg, spb] = [0, 0, 0, 0];
  for (let y = top; y <= bottom; y += 1) {
    const cell = grid.origin + y * grid.stride + x;
    const [r, g, b, v] = [red[cell]!, green[cell]!, blue[cell]!, p[cell]!];
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

/** Sums of the window at hand. */
const sums = new Float64Array(COLUMN_SUMS);

function fitWindow(
  fit: ColourFit,
  columns: Float64Array,
  cell: number,
  left: number,
  right: number,
  rows: number,
): void {
  const share = 1 / (rows * (right - left + 1));
  for (let k = 0; k < COLUMN_SUMS; k += 1) {
    let sum = 0;
    for (let at = COLUMN_SUMS * left + k; at <= COLUMN_SUMS * right + k; at += COLUMN_SUMS)
      sum += columns[at]!;
    sums[k] = share * sum;
  }
  const [r, g, b, v] = [sums[0]!, sums[1]!, sums[2]!, sums[9]!];
  const rr = sums[3]! - r * r + EPSILON;
  const rg = sums[4]! - r * g;
  const rb = sums[5]! - r * b;
  const gg = sums[6]! - g * g + EPSILON;
  const gb = sums[7]! - g * b;
  const bb = sums[8]! - b * b + EPSILON;
  const vr = sums[10]! - v * r;
  const vg = sums[11]! - v * g;
  const vb = sums[12]! - v * b;
  // (Σ + ε)⁻¹ cov(I, p) by cofactors.
  const c00 = gg * bb - gb * gb;
  const c01 = rb * gb - rg * bb;
  const c02 = rg * gb - rb * gg;
  const c11 = rr * bb - rb * rb;
  const c12 = rg * rb - rr * gb;
  const c22 = rr * gg - rg * rg;
  const scale = 1 / (rr * c00 + rg * c01 + rb * c02);
  const ar = scale * (c00 * vr + c01 * vg + c02 * vb);
  const ag = scale * (c01 * vr + c11 * vg + c12 * vb);
  const ab = scale * (c02 * vr + c12 * vg + c22 * vb);
  fit[0][cell] = ar;
  fit[1][cell] = ag;
  fit[2][cell] = ab;
  fit[3][cell] = v - ar * r - ag * g - ab * b;
}
