import type { FrameFormat, FramePlanes } from '../core/frame.js';
import type { CoarseColours } from './coarse-colours.js';
import { COARSE, MIXED, SOLID } from './colour-cells.js';
import type { Codes } from './legal-codes.js';
import { interpolateRow, WIDE_ROW } from './wide-row.js';

/** Radius of the small blur, pixels: the paper's window of 6, made symmetric. */
export const RADIUS = 3;

/** Values a pixel: αF (3), (1 − α)B (3), α. */
export const VALUES = 7;

/** Rows of cells in memory: the one at hand and its neighbours. */
const KEPT = 3;

/**
 * The first estimate of a frame's foreground and background, weighted by alpha, of the pixels that the small blur reads.
 * It passes through the frame from top to bottom, three rows of cells at a time, so that results can replace the source.
 */
export interface ColourRows {
  /** `VALUES` a pixel, `stride` a row of pixels; frame row y is row y mod 24, and column x begins at `VALUES·(x + RADIUS)`. */
  readonly values: Float32Array;
  readonly stride: number;
  /** Sums down a window, `VALUES` a column, from column −RADIUS on. */
  readonly columns: Float64Array;
  /** Sums of whole windows, `VALUES` a pixel of one row, from column 0 on. */
  readonly blurred: Float64Array;
  /** Wide-blur colours of the pixels of a cell in one row. */
  readonly wide: Float64Array;
}

/** Memory for frames of this width, pixels; reused from frame to frame. */
export function allocateRows({ width }: { width: number }): ColourRows {
  const stride = VALUES * (width + 2 * RADIUS);
  return {
    values: new Float32Array(KEPT * COARSE * stride),
    stride,
    columns: new Float64Array(stride),
    blurred: new Float64Array(VALUES * width),
    wide: new Float64Array(WIDE_ROW),
  };
}

/** Where a row of pixels begins in `values`; `y` may lie up to a row of cells outside the frame. */
function rowStart({ stride }: ColourRows, y: number): number {
  return ((y + KEPT * COARSE) % (KEPT * COARSE)) * stride;
}

/** Reads row `cy` of cells, from −1 to one past the last, where `coarse.read` says so; outside the frame all is zero. */
export function loadRows(
  dst: ColourRows,
  planes: FramePlanes,
  format: FrameFormat,
  coarse: CoarseColours,
  codes: Codes,
  cy: number,
): void {
  if (cy < 0 || cy === coarse.height) {
    const start = rowStart(dst, COARSE * cy);
    dst.values.fill(0, start, start + COARSE * dst.stride);
    return;
  }
  for (let cx = 0; cx < coarse.width; cx += 1) {
    const cell = coarse.origin + cy * coarse.stride + cx;
    if (coarse.read[cell] === 0) continue;
    const to = VALUES * (COARSE * cx + RADIUS);
    for (let y = COARSE * cy; y < COARSE * (cy + 1); y += 1) {
      const first = rowStart(dst, y) + to;
      const count = Math.min(COARSE, format.width - COARSE * cx);
      const at = y * format.width + COARSE * cx;
      if (y >= format.height) dst.values.fill(0, first, first + VALUES * count);
      else if (coarse.content[cell] === MIXED) loadMixed(dst, first, planes, format, coarse, codes, cx, y);
      else loadPure(dst.values, first, planes, at, count, coarse.content[cell] === SOLID ? 1 : 0);
    }
  }
}

/** Pixels of one alpha, 0 or 1: their colour is the source's. */
function loadPure(
  values: Float32Array,
  to: number,
  { colour: [p0, p1, p2] }: FramePlanes,
  at: number,
  count: number,
  alpha: 0 | 1,
): void {
  for (let n = 0, v = to; n < count; n += 1, v += VALUES) {
    const c0 = p0[at + n]!;
    const c1 = p1[at + n]!;
    const c2 = p2[at + n]!;
    values[v] = alpha * c0;
    values[v + 1] = alpha * c1;
    values[v + 2] = alpha * c2;
    values[v + 3] = (1 - alpha) * c0;
    values[v + 4] = (1 - alpha) * c1;
    values[v + 5] = (1 - alpha) * c2;
    values[v + 6] = alpha;
  }
}

function loadMixed(
  { values, wide }: ColourRows,
  to: number,
  { alpha, colour: [p0, p1, p2] }: FramePlanes,
  format: FrameFormat,
  coarse: CoarseColours,
  { low, high0, high1, high2 }: Codes,
  cx: number,
  y: number,
): void {
  interpolateRow(wide, coarse, cx, y, 6);
  const right = Math.min(COARSE * (cx + 1), format.width);
  for (let x = COARSE * cx, w = 0, v = to; x < right; x += 1, w += 6, v += VALUES) {
    const at = y * format.width + x;
    const a = alpha[at]!;
    let f0 = p0[at]!;
    let f1 = p1[at]!;
    let f2 = p2[at]!;
    let b0 = f0;
    let b1 = f1;
    let b2 = f2;
    if (a > 0 && a < 1) {
      b0 = wide[w + 3]!;
      b1 = wide[w + 4]!;
      b2 = wide[w + 5]!;
      f0 = unmix(f0, a, wide[w]!, b0, low, high0);
      f1 = unmix(f1, a, wide[w + 1]!, b1, low, high1);
      f2 = unmix(f2, a, wide[w + 2]!, b2, low, high2);
    }
    values[v] = a * f0;
    values[v + 1] = a * f1;
    values[v + 2] = a * f2;
    values[v + 3] = (1 - a) * b0;
    values[v + 4] = (1 - a) * b1;
    values[v + 5] = (1 - a) * b2;
    values[v + 6] = a;
  }
}

/** The blurred foreground, corrected by what α f + (1 − α) b leaves unexplained of a pixel; clipped to low..high. */
function unmix(source: number, a: number, f: number, b: number, low: number, high: number): number {
  const value = f + a * (source - a * f - (1 - a) * b);
  return value < low ? low : value > high ? high : value;
}

/** Sums down the windows of row `y`, for columns from `left − RADIUS` to `right + RADIUS − 1`: the first row of a run. */
export function beginColumns(rows: ColourRows, y: number, left: number, right: number): void {
  const { columns, values } = rows;
  columns.fill(0, VALUES * left, VALUES * (right + 2 * RADIUS));
  for (let row = y - RADIUS; row <= y + RADIUS; row += 1) {
    const start = rowStart(rows, row);
    for (let at = VALUES * left; at < VALUES * (right + 2 * RADIUS); at += 1)
      columns[at] = columns[at]! + values[start + at]!;
  }
}

/** Moves the sums from row `y − 1` to row `y`. */
export function moveColumns(rows: ColourRows, y: number, left: number, right: number): void {
  const { columns, values } = rows;
  const enter = rowStart(rows, y + RADIUS);
  const leave = rowStart(rows, y - RADIUS - 1);
  for (let at = VALUES * left; at < VALUES * (right + 2 * RADIUS); at += 1)
    columns[at] = columns[at]! + (values[enter + at]! - values[leave + at]!);
}

/** Sums over whole windows, of the pixels from `left` to `right − 1`, into `blurred`. */
export function blurRow({ columns, blurred }: ColourRows, left: number, right: number): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let e = 0;
  let f = 0;
  let g = 0;
  for (let x = left; x < right + 2 * RADIUS; x += 1) {
    const enter = VALUES * x;
    a += columns[enter]!;
    b += columns[enter + 1]!;
    c += columns[enter + 2]!;
    d += columns[enter + 3]!;
    e += columns[enter + 4]!;
    f += columns[enter + 5]!;
    g += columns[enter + 6]!;
    const at = VALUES * (x - 2 * RADIUS);
    if (x < left + 2 * RADIUS) continue;
    blurred[at] = a;
    blurred[at + 1] = b;
    blurred[at + 2] = c;
    blurred[at + 3] = d;
    blurred[at + 4] = e;
    blurred[at + 5] = f;
    blurred[at + 6] = g;
    a -= columns[at]!;
    b -= columns[at + 1]!;
    c -= columns[at + 2]!;
    d -= columns[at + 3]!;
    e -= columns[at + 4]!;
    f -= columns[at + 5]!;
    g -= columns[at + 6]!;
  }
}
