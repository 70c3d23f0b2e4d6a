import { boxMean } from './box-filter.js';
import type { Size } from './picture.js';

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
/** p nearer than this to 0 or 1 needs no filtering, … */
const SURE = 0.02;
/** … but pixels this near to an unsure one take part in its windows. */
const MARGIN = 2 * RADIUS + 1;

/**
 * The colour guided filter (He, Sun, Tang: "Guided Image Filtering", TPAMI 2013, §3.5) with weights: in each
 * window p is fitted as a linear function of colour by weighted least squares, so that unsure pixels follow
 * what sure ones of their colour say. `fit` gives the averaged coefficients; applying them to a larger copy
 * of the picture is the fast form of He and Sun (arXiv 1505.00996). Holds scratch memory for one size; not
 * reentrant.
 */
export class GuidedFilter {
  readonly #size: Size;
  readonly #scratch: Float32Array;
  readonly #column: Float64Array;
  readonly #planes: Planes;

  constructor(size: Size) {
    const pixels = size.width * size.height;
    this.#size = size;
    this.#scratch = new Float32Array(pixels);
    this.#column = new Float64Array(size.width);
    this.#planes = Array.from({ length: 14 }, () => new Float32Array(pixels)) as unknown as Planes;
  }

  /**
   * Works on the rectangle around the unsure pixels only; beyond it the coefficients say p itself.
   *
   * @param dst - receives the coefficients
   * @param rgb - the guide, interleaved bytes
   * @param p - what is filtered, 0..1; sure near either end. Sure pixels weigh more: (2p − 1)² + 0.02
   */
  fit(dst: LinearModel, rgb: Uint8Array, p: Float32Array): void {
    dst.r.fill(0);
    dst.g.fill(0);
    dst.b.fill(0);
    dst.offset.set(p);
    const region = this.#unsureRegion(p);
    if (!region) return;
    this.#gather(rgb, p, region);
    const planes = this.#planes;
    for (const plane of planes) boxMean(plane, plane, this.#scratch, this.#column, region, RADIUS);
    this.#solve(region.width * region.height);
    for (let n = 0; n < 4; n++) boxMean(planes[n]!, planes[n]!, this.#scratch, this.#column, region, RADIUS);
    this.#scatter(dst, region);
  }

  #unsureRegion(p: Float32Array): Region | undefined {
    const { width, height } = this.#size;
    let [left, top, right, bottom] = [width, height, -1, -1];
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        if (p[i]! < SURE || p[i]! > 1 - SURE) continue;
        if (x < left) left = x;
        if (x > right) right = x;
        if (y < top) top = y;
        bottom = y;
      }
    }
    if (bottom < 0) return undefined;
    left = Math.max(0, left - MARGIN);
    top = Math.max(0, top - MARGIN);
    right = Math.min(width - 1, right + MARGIN);
    bottom = Math.min(height - 1, bottom + MARGIN);
    return { left, top, width: right - left + 1, height: bottom - top + 1 };
  }

  #gather(rgb: Uint8Array, p: Float32Array, { left, top, width, height }: Region): void {
    const [r, g, b, q, n, rr, rg, rb, gg, gb, bb, rq, gq, bq] = this.#planes;
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0, at = (top + y) * this.#size.width + left; x < width; x++, i++, at++) {
        const value = p[at]!;
        const w = (2 * value - 1) * (2 * value - 1) + 0.02;
        const red = rgb[3 * at]! / 255;
        const green = rgb[3 * at + 1]! / 255;
        const blue = rgb[3 * at + 2]! / 255;
        const wr = w * red;
        const wg = w * green;
        const wb = w * blue;
        n[i] = w;
        r[i] = wr;
        g[i] = wg;
        b[i] = wb;
        q[i] = w * value;
        rr[i] = wr * red;
        rg[i] = wr * green;
        rb[i] = wr * blue;
        gg[i] = wg * green;
        gb[i] = wg * blue;
        bb[i] = wb * blue;
        rq[i] = wr * value;
        gq[i] = wg * value;
        bq[i] = wb * value;
      }
    }
  }

  /**
   * Per window: (Σ + ε)·a = cov(I, p) by the adjugate of the symmetric 3 × 3 covariance. Leaves a and the
   * offset in r, g, b, q.
   */
  #solve(pixels: number): void {
    const [r, g, b, q, n, rr, rg, rb, gg, gb, bb, rq, gq, bq] = this.#planes;
    for (let i = 0; i < pixels; i++) {
      const k = 1 / n[i]!;
      const mr = r[i]! * k;
      const mg = g[i]! * k;
      const mb = b[i]! * k;
      const mq = q[i]! * k;
      const srr = rr[i]! * k - mr * mr + EPSILON;
      const srg = rg[i]! * k - mr * mg;
      const srb = rb[i]! * k - mr * mb;
      const sgg = gg[i]! * k - mg * mg + EPSILON;
      const sgb = gb[i]! * k - mg * mb;
      const sbb = bb[i]! * k - mb * mb + EPSILON;
      const cr = rq[i]! * k - mr * mq;
      const cg = gq[i]! * k - mg * mq;
      const cb = bq[i]! * k - mb * mq;
      const a00 = sgg * sbb - sgb * sgb;
      const a01 = srb * sgb - srg * sbb;
      const a02 = srg * sgb - srb * sgg;
      const a11 = srr * sbb - srb * srb;
      const a12 = srb * srg - srr * sgb;
      const a22 = srr * sgg - srg * srg;
      const scale = 1 / (srr * a00 + srg * a01 + srb * a02);
      const ar = (a00 * cr + a01 * cg + a02 * cb) * scale;
      const ag = (a01 * cr + a11 * cg + a12 * cb) * scale;
      const ab = (a02 * cr + a12 * cg + a22 * cb) * scale;
      r[i] = ar;
      g[i] = ag;
      b[i] = ab;
      q[i] = mq - ar * mr - ag * mg - ab * mb;
    }
  }

  #scatter(dst: LinearModel, { left, top, width, height }: Region): void {
    const [r, g, b, q] = this.#planes;
    for (let y = 0; y < height; y++) {
      const from = y * width;
      const to = (top + y) * this.#size.width + left;
      dst.r.set(r.subarray(from, from + width), to);
      dst.g.set(g.subarray(from, from + width), to);
      dst.b.set(b.subarray(from, from + width), to);
      dst.offset.set(q.subarray(from, from + width), to);
    }
  }
}

/** Part of the picture, in pixels. */
interface Region extends Size {
  readonly left: number;
  readonly top: number;
}

type Plane = Float32Array;
/** Sums of the windows: w·(R, G, B, p, 1), w·(RR, RG, RB, GG, GB, BB), w·(Rp, Gp, Bp). */
type Planes = readonly [
  ...(readonly [Plane, Plane, Plane, Plane, Plane]),
  ...(readonly [Plane, Plane, Plane, Plane, Plane, Plane]),
  ...(readonly [Plane, Plane, Plane]),
];

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
      const x0 = Math.max(0, (x - 1) >> 1);
      const x1 = Math.min(half.width - 1, (x + 1) >> 1);
      const fx = x & 1 ? 0.25 : 0.75;
      const c = 3 * i;
      const value =
        ((red[x0]! + fx * (red[x1]! - red[x0]!)) * rgb[c]! +
          (green[x0]! + fx * (green[x1]! - green[x0]!)) * rgb[c + 1]! +
          (blue[x0]! + fx * (blue[x1]! - blue[x0]!)) * rgb[c + 2]!) /
          255 +
        (offset[x0]! + fx * (offset[x1]! - offset[x0]!));
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
