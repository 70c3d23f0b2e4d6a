import { solveCholesky } from './cholesky.js';
import type { Size } from './picture.js';
import type { Homography } from './plate-homography.js';
import type { Luma } from './plate-luma.js';

/** How a frame's background follows from the plate. */
export interface PlateFit {
  readonly homography: Homography;
  /** The frame's luma is `gain · plate + offset` where it shows background, in 0..255. */
  readonly gain: number;
  readonly offset: number;
  /** Of the frame's pixels that the plate covers and that take part, the share that looks like it, 0..1. */
  readonly agreement: number;
}

/** Pixels of one level that take part, about. */
const SAMPLES = 6000;
/** Unknowns: the homography's eight, gain, offset. */
const UNKNOWNS = 10;
/** Least scale of the differences that count as noise, levels of 255. */
const LEAST_SCALE = 2;
/** A sample that is nearer to the plate looks like it, levels of 255. */
const AGREES = 16;
/** One robust Gauss-Newton step over homography and exposure; `agreement` is of the fit it started from. */
export function gaussNewton(
  { homography: h, gain, offset, agreement }: PlateFit,
  frame: Luma,
  plate: Luma,
  foreground: Uint8Array | undefined,
  reduction: number,
  size: Size,
): PlateFit {
  const samples = collect(h, gain, offset, frame, plate, foreground, reduction, size);
  if (samples.count < 4 * UNKNOWNS) return { homography: h, gain, offset, agreement };
  const scale = Math.max(LEAST_SCALE, 2 * 1.4826 * median(samples.errors.subarray(0, samples.count)));
  const matrix = new Float64Array(UNKNOWNS * UNKNOWNS);
  const vector = new Float64Array(UNKNOWNS);
  const agreeing = accumulate(matrix, vector, samples, scale);
  for (let n = 0; n < UNKNOWNS; n++) matrix[n * UNKNOWNS + n]! += 1e-4 * matrix[n * UNKNOWNS + n]! + 1e-6;
  const seen = { homography: h, gain, offset, agreement: agreeing / samples.count };
  if (!solveCholesky(matrix, vector)) return seen;
  const moved = h.map((value, n) => value - vector[n]!);
  return { ...seen, homography: moved, gain: gain - vector[8]!, offset: offset - vector[9]! };
}

interface Samples {
  /** Rows of UNKNOWNS derivatives and the difference itself. */
  readonly rows: Float64Array;
  readonly errors: Float64Array;
  readonly count: number;
}

const ROW: number = UNKNOWNS + 1;

/** gain · plate(h(x)) + offset − frame(x) at a lattice of pixels, with its derivatives by the unknowns. */
function collect(
  h: Homography,
  gain: number,
  offset: number,
  frame: Luma,
  plate: Luma,
  foreground: Uint8Array | undefined,
  reduction: number,
  size: Size,
): Samples {
  const { width, height } = frame;
  const spacing = Math.max(1, Math.floor(Math.sqrt((width * height) / SAMPLES)));
  const rows = new Float64Array(ROW * Math.ceil(width / spacing) * Math.ceil(height / spacing));
  const errors = new Float64Array(rows.length / ROW);
  const unit = width / 2;
  let count = 0;
  for (let y = 0; y < height; y += spacing) {
    const v = (y + 0.5 - height / 2) / unit;
    const fullRow = Math.min(size.height - 1, y * reduction) * size.width;
    for (let x = 0; x < width; x += spacing) {
      if (foreground?.[fullRow + Math.min(size.width - 1, x * reduction)] === 255) continue;
      const u = (x + 0.5) / unit - 1;
      const depth = h[6]! * u + h[7]! * v + 1;
      const X = (h[0]! * u + h[1]! * v + h[2]!) / depth;
      const Y = (h[3]! * u + h[4]! * v + h[5]!) / depth;
      const px = (X + 1) * unit - 0.5;
      const py = Y * unit + height / 2 - 0.5;
      if (!(px >= 0 && py >= 0 && px < width - 1 && py < height - 1)) continue;
      const x0 = Math.floor(px);
      const y0 = Math.floor(py);
      const fx = px - x0;
      const fy = py - y0;
      const at = y0 * width + x0;
      const p = plate.values;
      const p00 = p[at]!;
      const p01 = p[at + 1]!;
      const p10 = p[at + width]!;
      const p11 = p[at + width + 1]!;
      const value = (1 - fy) * ((1 - fx) * p00 + fx * p01) + fy * ((1 - fx) * p10 + fx * p11);
      const dx = (gain * unit * ((1 - fy) * (p01 - p00) + fy * (p11 - p10))) / depth;
      const dy = (gain * unit * ((1 - fx) * (p10 - p00) + fx * (p11 - p01))) / depth;
      const along = -(dx * X + dy * Y);
      const difference = gain * value + offset - frame.values[y * width + x]!;
      const row = ROW * count;
      rows[row] = dx * u;
      rows[row + 1] = dx * v;
      rows[row + 2] = dx;
      rows[row + 3] = dy * u;
      rows[row + 4] = dy * v;
      rows[row + 5] = dy;
      rows[row + 6] = along * u;
      rows[row + 7] = along * v;
      rows[row + 8] = value;
      rows[row + 9] = 1;
      rows[row + 10] = difference;
      errors[count++] = Math.abs(difference);
    }
  }
  return { rows, errors, count };
}

/** Adds up the weighted normal equations; returns how many samples agree with the plate. */
function accumulate(
  matrix: Float64Array,
  vector: Float64Array,
  { rows, count }: Samples,
  scale: number,
): number {
  let agreeing = 0;
  for (let n = 0, at = 0; n < count; n++, at += ROW) {
    const error = rows[at + UNKNOWNS]! / scale;
    if (Math.abs(rows[at + UNKNOWNS]!) < AGREES) agreeing += 1;
    const weight = 1 / (1 + error * error) ** 2;
    for (let i = 0; i < UNKNOWNS; i++) {
      const wi = weight * rows[at + i]!;
      vector[i]! += wi * rows[at + UNKNOWNS]!;
      for (let j = 0; j <= i; j++) matrix[i * UNKNOWNS + j]! += wi * rows[at + j]!;
    }
  }
  return agreeing;
}

function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  return sorted[sorted.length >> 1]!;
}
