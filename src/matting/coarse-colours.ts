import type { FrameFormat, FramePlanes } from '../core/frame.js';
import { allocateColourCells, COARSE, findWanted, MIXED, SOLID, type ColourCells } from './colour-cells.js';

/** Radius of the large blur, cells: 11 × 11 cells of 8 pixels, near the paper's window of 90. */
const RADIUS = 5;

/** Cells around the wanted ones that the interpolation reads. */
const SURROUNDINGS = 1;

/** Sums a cell: αI (3), (1 − α)I (3), α, 1 − α. */
const SUMS = 8;

/**
 * Foreground and background colours blurred over a wide window, one entry a coarse cell with a border of one cell:
 * cell (x, y) lies at `origin + y·stride + x`.
 */
export interface CoarseColours extends ColourCells {
  /**
   * Six values a cell, in the frame's own sample units: foreground colour (3), background colour (3).
   * Valid at wanted cells and `SURROUNDINGS` cells around them, 0 or what was there elsewhere.
   */
  readonly colours: Float32Array;
  /** Scratch. */
  readonly sums: Float64Array;
  readonly across: Float64Array;
}

/** Memory for frames of this size, pixels; reused from frame to frame. */
export function allocateCoarse(frame: { width: number; height: number }): CoarseColours {
  const cells = allocateColourCells(frame);
  const size = cells.wanted.length;
  return {
    ...cells,
    colours: new Float32Array(6 * size),
    sums: new Float64Array(SUMS * size),
    across: new Float64Array(SUMS * size),
  };
}

/**
 * The wide pass of Blur-Fusion (Forte, "Approximate Fast Foreground Colour Estimation", ICIP 2021) on a coarse grid:
 * F = blur(αI) / blur(α) and B = blur((1 − α)I) / blur(1 − α), both weighted means of source pixels, in the cells that are
 * wanted and those beside them.
 *
 * @returns whether any cell is wanted; colours are left alone when none is
 */
export function blurCoarsely(dst: CoarseColours, planes: FramePlanes, format: FrameFormat): boolean {
  if (!findWanted(dst, planes.alpha, format)) return false;
  const { width, height, stride, origin, distance } = dst;
  // Cells out of reach count as empty: no result depends on what an earlier frame has left.
  dst.sums.fill(0);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const cell = origin + y * stride + x;
      if (distance[cell]! > RADIUS + SURROUNDINGS) continue;
      if (dst.content[cell] === MIXED) sumMixed(dst.sums, SUMS * cell, planes, format, x, y);
      else sumPure(dst.sums, SUMS * cell, dst.content[cell] === SOLID ? 1 : 0, planes, format, x, y);
    }
  }
  blurAcross(dst);
  blurDown(dst);
  return true;
}

/** A cell of one alpha, 0 or 1. */
function sumPure(
  sums: Float64Array,
  to: number,
  alpha: 0 | 1,
  { colour: [p0, p1, p2] }: FramePlanes,
  format: FrameFormat,
  x: number,
  y: number,
): void {
  const right = Math.min(COARSE * (x + 1), format.width);
  const bottom = Math.min(COARSE * (y + 1), format.height);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  for (let py = COARSE * y; py < bottom; py += 1) {
    const row = py * format.width;
    for (let at = row + COARSE * x; at < row + right; at += 1) {
      s0 += p0[at]!;
      s1 += p1[at]!;
      s2 += p2[at]!;
    }
  }
  const at = alpha === 1 ? to : to + 3;
  sums[at] = s0;
  sums[at + 1] = s1;
  sums[at + 2] = s2;
  sums[to + (alpha === 1 ? 6 : 7)] = (right - COARSE * x) * (bottom - COARSE * y);
}

function sumMixed(
  sums: Float64Array,
  to: number,
  planes: FramePlanes,
  format: FrameFormat,
  x: number,
  y: number,
): void {
  const [p0, p1, p2] = planes.colour;
  const { alpha } = planes;
  const right = Math.min(COARSE * (x + 1), format.width);
  const bottom = Math.min(COARSE * (y + 1), format.height);
  let f0 = 0;
  let f1 = 0;
  let f2 = 0;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let weight = 0;
  for (let py = COARSE * y; py < bottom; py += 1) {
    const row = py * format.width;
    for (let at = row + COARSE * x; at < row + right; at += 1) {
      const a = alpha[at]!;
      const c0 = p0[at]!;
      const c1 = p1[at]!;
      const c2 = p2[at]!;
      f0 += a * c0;
      f1 += a * c1;
      f2 += a * c2;
      s0 += c0;
      s1 += c1;
      s2 += c2;
      weight += a;
    }
  }
  sums[to] = f0;
  sums[to + 1] = f1;
  sums[to + 2] = f2;
  sums[to + 3] = s0 - f0;
  sums[to + 4] = s1 - f1;
  sums[to + 5] = s2 - f2;
  sums[to + 6] = weight;
  sums[to + 7] = (right - COARSE * x) * (bottom - COARSE * y) - weight;
}

function blurAcross({ width, height, stride, origin, distance, sums, across }: CoarseColours): void {
  for (let y = 0; y < height; y += 1) {
    const row = origin + y * stride;
    for (let x = 0; x < width; x += 1) {
      if (distance[row + x]! > RADIUS + SURROUNDINGS) continue;
      const first = SUMS * (row + Math.max(x - RADIUS, 0));
      const last = SUMS * (row + Math.min(x + RADIUS, width - 1));
      addUp(across, SUMS * (row + x), sums, first, last, SUMS);
    }
  }
}

const window = new Float64Array(SUMS);

function blurDown({ width, height, stride, origin, distance, across, colours }: CoarseColours): void {
  for (let y = 0; y < height; y += 1) {
    const [top, bottom] = [Math.max(y - RADIUS, 0), Math.min(y + RADIUS, height - 1)];
    for (let x = 0; x < width; x += 1) {
      const cell = origin + y * stride + x;
      if (distance[cell]! > SURROUNDINGS) continue;
      const column = origin + x;
      addUp(
        window,
        0,
        across,
        SUMS * (column + top * stride),
        SUMS * (column + bottom * stride),
        SUMS * stride,
      );
      const foreground = window[6]! > 0 ? 1 / window[6]! : 0;
      const background = window[7]! > 0 ? 1 / window[7]! : 0;
      for (let k = 0; k < 3; k += 1) {
        colours[6 * cell + k] = foreground * window[k]!;
        colours[6 * cell + 3 + k] = background * window[3 + k]!;
      }
    }
  }
}

/** dst[to…] = the sum of the groups of `SUMS` values from `first` to `last`, `step` apart. */
function addUp(
  dst: Float64Array,
  to: number,
  src: Float64Array,
  first: number,
  last: number,
  step: number,
): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let e = 0;
  let f = 0;
  let g = 0;
  let h = 0;
  for (let at = first; at <= last; at += step) {
    a += src[at]!;
    b += src[at + 1]!;
    c += src[at + 2]!;
    d += src[at + 3]!;
    e += src[at + 4]!;
    f += src[at + 5]!;
    g += src[at + 6]!;
    h += src[at + 7]!;
  }
  dst[to] = a;
  dst[to + 1] = b;
  dst[to + 2] = c;
  dst[to + 3] = d;
  dst[to + 4] = e;
  dst[to + 5] = f;
  dst[to + 6] = g;
  dst[to + 7] = h;
}
