import type { FrameFormat, FramePlanes } from '../core/frame.js';
import { allocateCoarse, blurCoarsely, type CoarseColours } from './coarse-colours.js';
import { COARSE, FINE, MIXED, WIDE } from './colour-cells.js';
import {
  allocateRows,
  beginColumns,
  blurRow,
  loadRows,
  moveColumns,
  RADIUS,
  VALUES,
  type ColourRows,
} from './colour-rows.js';
import { legalCodes, type Codes } from './legal-codes.js';
import { interpolateRow } from './wide-row.js';

/**
 * What the wide blur's colour counts in the fine one, in pixels of weight: it takes over smoothly where the small
 * window holds next to no foreground (or background).
 */
const COARSE_WEIGHT = 0.5;

/** Memory that `estimateForeground` reuses from frame to frame. */
export interface ForegroundScratch {
  readonly coarse: CoarseColours;
  readonly rows: ColourRows;
}

/** Scratch for frames of this size, pixels. */
export function allocateForeground(frame: { width: number; height: number }): ForegroundScratch {
  return { coarse: allocateCoarse(frame), rows: allocateRows(frame) };
}

/**
 * Replaces the colour of soft pixels by the subject's own, in place in `planes.colour`, by Blur-Fusion
 * (Forte, "Approximate Fast Foreground Colour Estimation", ICIP 2021): F is blurred foreground colour, corrected by what
 * α F + (1 − α) B leaves unexplained of the pixel,
 *
 *   F = F̂ + α (I − α F̂ − (1 − α) B̂),   F̂ = blur(αF) / blur(α),   B̂ = blur((1 − α)B) / blur(1 − α),
 *
 * once with a wide blur of the source (on a coarse grid), once more with a small one of that result. Every term is an
 * affine combination of colours, so it holds in Y′CbCr as in R′G′B′, at the source's depth.
 *
 * Pixels of alpha 1 keep the source's samples exactly. Where alpha is 0 the foreground colour is carried on for 16 to
 * 23 pixels, so that codec ringing and scaling find no other colour beside the edge; beyond, the source's pixels stay.
 * Results are clipped to the format's legal codes, or to the source pixel where that itself lies beyond them.
 *
 * @param scratch - made by `allocateForeground` for this format
 */
export function estimateForeground(
  planes: FramePlanes,
  format: FrameFormat,
  scratch: ForegroundScratch,
): void {
  const { coarse, rows } = scratch;
  const codes = legalCodes(format);
  if (!blurCoarsely(coarse, planes, format)) return;
  loadRows(rows, planes, format, coarse, codes, -1);
  loadRows(rows, planes, format, coarse, codes, 0);
  for (let cy = 0; cy < coarse.height; cy += 1) {
    // Before this row's results replace the source, the next one's pixels are read.
    loadRows(rows, planes, format, coarse, codes, cy + 1);
    const start = coarse.origin + cy * coarse.stride;
    for (let cx = 0; cx < coarse.width; cx += 1) {
      if (coarse.wanted[start + cx] === WIDE) extendCell(planes, format, scratch, codes, cx, cy);
      if (coarse.wanted[start + cx] !== FINE) continue;
      const first = cx;
      while (cx + 1 < coarse.width && coarse.wanted[start + cx + 1] === FINE) cx += 1;
      solveRun(planes, format, scratch, codes, first, cx + 1, cy);
    }
  }
}

/** A cell of alpha 0 without any foreground in the small blur's reach. */
function extendCell(
  { colour: [p0, p1, p2] }: FramePlanes,
  { width, height }: FrameFormat,
  { coarse, rows: { wide } }: ForegroundScratch,
  { low, high0, high1, high2, rounding }: Codes,
  cx: number,
  cy: number,
): void {
  const right = Math.min(COARSE * (cx + 1), width);
  const bottom = Math.min(COARSE * (cy + 1), height);
  for (let y = COARSE * cy; y < bottom; y += 1) {
    interpolateRow(wide, coarse, cx, y, 3);
    for (let x = COARSE * cx, at = y * width + x, w = 0; x < right; x += 1, at += 1, w += 6) {
      p0[at] = fitted(wide[w]!, p0[at]!, low, high0) + rounding;
      p1[at] = fitted(wide[w + 1]!, p1[at]!, low, high1) + rounding;
      p2[at] = fitted(wide[w + 2]!, p2[at]!, low, high2) + rounding;
    }
  }
}

/** Cells `first` to `end − 1` of a row. */
function solveRun(
  planes: FramePlanes,
  format: FrameFormat,
  { coarse, rows }: ForegroundScratch,
  codes: Codes,
  first: number,
  end: number,
  cy: number,
): void {
  const left = COARSE * first;
  const right = Math.min(COARSE * end, format.width);
  const bottom = Math.min(COARSE * (cy + 1), format.height);
  for (let y = COARSE * cy; y < bottom; y += 1) {
    if (y === COARSE * cy) beginColumns(rows, y, left, right);
    else moveColumns(rows, y, left, right);
    blurRow(rows, left, right);
    for (let cx = first; cx < end; cx += 1) {
      const soft = coarse.content[coarse.origin + cy * coarse.stride + cx] === MIXED;
      interpolateRow(rows.wide, coarse, cx, y, soft ? 6 : 3);
      solveCellRow(planes, format, rows, codes, cx, y);
    }
  }
}

/** The eight pixels of a cell in frame row `y`. */
function solveCellRow(
  { alpha, colour: [p0, p1, p2] }: FramePlanes,
  { width, height }: FrameFormat,
  { blurred, wide }: ColourRows,
  { low, high0, high1, high2, rounding }: Codes,
  cx: number,
  y: number,
): void {
  const down = Math.min(y + RADIUS, height - 1) - Math.max(y - RADIUS, 0) + 1;
  const right = Math.min(COARSE * (cx + 1), width);
  for (let x = COARSE * cx, at = y * width + x, w = 0, v = VALUES * x; x < right; x += 1) {
    const a = alpha[at]!;
    if (a < 1) {
      const weight = blurred[v + 6]!;
      const over = 1 / (weight + COARSE_WEIGHT);
      let f0 = over * (blurred[v]! + COARSE_WEIGHT * wide[w]!);
      let f1 = over * (blurred[v + 1]! + COARSE_WEIGHT * wide[w + 1]!);
      let f2 = over * (blurred[v + 2]! + COARSE_WEIGHT * wide[w + 2]!);
      if (a > 0) {
        const across = Math.min(x + RADIUS, width - 1) - Math.max(x - RADIUS, 0) + 1;
        const overB = (1 - a) / (down * across - weight + COARSE_WEIGHT);
        const b0 = overB * (blurred[v + 3]! + COARSE_WEIGHT * wide[w + 3]!);
        const b1 = overB * (blurred[v + 4]! + COARSE_WEIGHT * wide[w + 4]!);
        const b2 = overB * (blurred[v + 5]! + COARSE_WEIGHT * wide[w + 5]!);
        f0 += a * (p0[at]! - a * f0 - b0);
        f1 += a * (p1[at]! - a * f1 - b1);
        f2 += a * (p2[at]! - a * f2 - b2);
      }
      p0[at] = fitted(f0, p0[at]!, low, high0) + rounding;
      p1[at] = fitted(f1, p1[at]!, low, high1) + rounding;
      p2[at] = fitted(f2, p2[at]!, low, high2) + rounding;
    }
    at += 1;
    w += 6;
    v += VALUES;
  }
}

/** A colour clipped to the legal codes, or to the source's own beyond them. */
function fitted(value: number, source: number, low: number, high: number): number {
  const least = source < low ? source : low;
  const most = source > high ? source : high;
  return value < least ? least : value > most ? most : value;
}
