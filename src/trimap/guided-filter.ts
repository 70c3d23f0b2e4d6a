import { COEFFICIENTS, COLUMN_SUMS, fitWindow, type ColourFit } from '../core/window-fit.js';
import { dilate, square } from './morphology.js';
import type { Size } from './picture.js';
import { SlidingWindow } from './sliding-window.js';

/** Coefficients of `p ≈ r·R + g·G + b·B + offset`, a plane each, with R′G′B′ in 0..1. */
export interface LinearModel {
  readonly r: Float32Array;
  readonly g: Float32Array;
  readonly b: Float32Array;
  readonly offset: Float32Array;
}

/** Windows are (2·RADIUS + 1)² pixels. */
const RADIUS = 3;
/** Regulariser of the colour covariance, R′G′B′ in 0..1. */
const EPSILON = 3e-4;
/** p nearer than this to 0 or 1 needs no filtering … */
const SURE = 0.02;
/** … unless an unsure pixel is in its window, or beside it. */
const MARGIN = square(RADIUS + 1);
/** What is summed over a window: that of which `fitWindow` needs sums, times a weight, and the weight. */
const MOMENTS = COLUMN_SUMS + 1;

/**
 * The colour guided filter (He, Sun, Tang: "Guided Image Filtering", TPAMI 2013, §3.5) with weights: in each
 * window p is fitted as a linear function of colour by weighted least squares, so that unsure pixels follow
 * what sure ones of their colour say. `fit` gives the averaged coefficients; applying them to a larger copy
 * of the picture is the fast form of He and Sun (arXiv 1505.00996). Holds scratch memory for one size; not
 * reentrant.
 */
export class GuidedFilter {
  readonly #size: Size;
  readonly #windows: ColourFit;
  readonly #near: Uint8Array;
  readonly #gaps: Uint8Array;
  readonly #moments: SlidingWindow;
  readonly #coefficients: SlidingWindow;

  constructor(size: Size) {
    const pixels = size.width * size.height;
    this.#size = size;
    this.#windows = new Float64Array(COEFFICIENTS * pixels);
    this.#near = new Uint8Array(pixels);
    this.#gaps = new Uint8Array(pixels);
    this.#moments = new SlidingWindow(size, MOMENTS, RADIUS);
    // 1 beside the coefficients counts them.
    this.#coefficients = new SlidingWindow(size, COEFFICIENTS + 1, RADIUS);
  }

  /**
   * Works near unsure pixels only; elsewhere the coefficients say p itself.
   *
   * @param dst - receives the coefficients
   * @param rgb - the guide, interleaved bytes
   * @param p - what is filtered, 0..1; sure near either end. Sure pixels weigh more: (2p − 1)² + 0.02
   */
  fit(dst: LinearModel, rgb: Uint8Array, p: Float32Array): void {
    const windows = this.#windows;
    const wanted = this.#near;
    for (let i = 0; i < p.length; i++) wanted[i] = p[i]! < SURE || p[i]! > 1 - SURE ? 0 : 1;
    dilate(wanted, wanted, this.#size, MARGIN, this.#gaps);
    windows.fill(0);
    for (let i = 0; i < p.length; i++) windows[COEFFICIENTS * i + 3] = p[i]!;
    this.#moments.run({
      wanted,
      fill: (values, pixel, count) => gatherMoments(values, rgb, p, pixel, count),
      take: (sums, pixel) => fitWindow(windows, pixel, sums, 1 / sums[COLUMN_SUMS]!, EPSILON),
    });
    dst.r.fill(0);
    dst.g.fill(0);
    dst.b.fill(0);
    dst.offset.set(p);
    this.#coefficients.run({
      wanted,
      fill: (values, pixel, count) => gatherCoefficients(values, windows, pixel, count),
      take: (sums, pixel) => {
        const scale = 1 / sums[4]!;
        dst.r[pixel] = sums[0]! * scale;
        dst.g[pixel] = sums[1]! * scale;
        dst.b[pixel] = sums[2]! * scale;
        dst.offset[pixel] = sums[3]! * scale;
      },
    });
  }
}

function gatherMoments(
  dst: Float32Array,
  rgb: Uint8Array,
  p: Float32Array,
  pixel: number,
  count: number,
): void {
  for (let i = pixel, c = 3 * pixel, at = 0; i < pixel + count; i++, c += 3, at += MOMENTS) {
    const value = p[i]!;
    const w = (2 * value - 1) * (2 * value - 1) + 0.02;
    const red = rgb[c]! / 255;
    const green = rgb[c + 1]! / 255;
    const blue = rgb[c + 2]! / 255;
    const wr = w * red;
    const wg = w * green;
    const wb = w * blue;
    dst[at] = wr;
    dst[at + 1] = wg;
    dst[at + 2] = wb;
    dst[at + 3] = wr * red;
    dst[at + 4] = wr * green;
    dst[at + 5] = wr * blue;
    dst[at + 6] = wg * green;
    dst[at + 7] = wg * blue;
    dst[at + 8] = wb * blue;
    dst[at + 9] = w * value;
    dst[at + 10] = wr * value;
    dst[at + 11] = wg * value;
    dst[at + 12] = wb * value;
    dst[at + 13] = w;
  }
}

function gatherCoefficients(dst: Float32Array, windows: ColourFit, pixel: number, count: number): void {
  for (let i = COEFFICIENTS * pixel, at = 0; i < COEFFICIENTS * (pixel + count);) {
    for (let n = 0; n < COEFFICIENTS; n++) dst[at++] = windows[i++]!;
    dst[at++] = 1;
  }
}

export function allocateLinearModel({ width, height }: Size): LinearModel {
  const plane = (): Float32Array => new Float32Array(width * height);
  return { r: plane(), g: plane(), b: plane(), offset: plane() };
}

/** The model at its own size, clipped to 0..1. */
export function applyLinearModel(dst: Float32Array, model: LinearModel, rgb: Uint8Array): void {
  for (let i = 0, c = 0; i < dst.length; i++, c += 3) {
    const value =
      (model.r[i]! * rgb[c]! + model.g[i]! * rgb[c + 1]! + model.b[i]! * rgb[c + 2]!) / 255 +
      model.offset[i]!;
    dst[i] = value < 0 ? 0 : value > 1 ? 1 : value;
  }
}

/**
 * The model brought up bilinearly and applied to the full-size picture, clipped to 0..1.
 *
 * @param dst - `full`
 * @param model - `half`, the size `halfSize(full)`
 * @param rgb - `full`, interleaved bytes
 */
export function applyLinearModelFull(
  dst: Float32Array,
  model: LinearModel,
  rgb: Uint8Array,
  full: Size,
  half: Size,
): void {
  const planes = [model.r, model.g, model.b, model.offset];
  const rows = planes.map(() => new Float32Array(half.width));
  const [red, green, blue, offset] = rows as [Float32Array, Float32Array, Float32Array, Float32Array];
  for (let y = 0, i = 0; y < full.height; y++) {
    const sy = Math.min(half.height - 1, Math.max(0, (y + 0.5) / 2 - 0.5));
    const y0 = Math.floor(sy);
    const fy = sy - y0;
    const top = y0 * half.width;
    const bottom = Math.min(half.height - 1, y0 + 1) * half.width;
    for (let n = 0; n < 4; n++) mixRows(rows[n]!, planes[n]!, top, bottom, fy);
    for (let x = 0; x < full.width; x++, i++) {
      // A quarter of the way from the nearer sample to the farther one.
      const near = x >> 1;
      const far = Math.max(0, Math.min(half.width - 1, x & 1 ? near + 1 : near - 1));
      const c = 3 * i;
      const value =
        ((0.75 * red[near]! + 0.25 * red[far]!) * rgb[c]! +
          (0.75 * green[near]! + 0.25 * green[far]!) * rgb[c + 1]! +
          (0.75 * blue[near]! + 0.25 * blue[far]!) * rgb[c + 2]!) /
          255 +
        (0.75 * offset[near]! + 0.25 * offset[far]!);
      dst[i] = value < 0 ? 0 : value > 1 ? 1 : value;
    }
  }
}

/** dst = the row at `top`, and `share` of the way from there to the one at `bottom`. */
function mixRows(dst: Float32Array, plane: Float32Array, top: number, bottom: number, share: number): void {
  for (let x = 0; x < dst.length; x++) {
    const upper = plane[top + x]!;
    dst[x] = upper + share * (plane[bottom + x]! - upper);
  }
}
