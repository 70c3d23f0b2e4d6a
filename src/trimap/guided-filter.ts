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

/**
 * The colour guided filter (He, Sun, Tang: "Guided Image Filtering", TPAMI 2013, §3.5) with a weight a pixel: in each window
 * p is fitted as a linear function of colour by weighted least squares, so that unsure pixels follow what sure ones of their
 * colour say. `fit` gives the averaged coefficients; applying them to a larger copy of the picture is the fast form of
 * He and Sun (arXiv 1505.00996). Holds scratch memory for one size; not reentrant.
 */
export class GuidedFilter {
  readonly #size: Size;
  readonly #scratch: Float32Array;
  readonly #column: Float64Array;
  readonly #planes: readonly Float32Array[];
  readonly #weight: Float32Array;

  constructor(size: Size) {
    const pixels = size.width * size.height;
    this.#size = size;
    this.#scratch = new Float32Array(pixels);
    this.#column = new Float64Array(size.width);
    this.#weight = new Float32Array(pixels);
    this.#planes = Array.from({ length: 13 }, () => new Float32Array(pixels));
  }

  /**
   * @param dst - receives the coefficients
   * @param rgb - the guide, interleaved bytes
   * @param p - what is filtered
   * @param weight - how much each pixel's p counts, above 0
   */
  fit(dst: LinearModel, rgb: Uint8Array, p: Float32Array, weight: Float32Array): void {
    this.#gather(rgb, p, weight);
    boxMean(this.#weight, this.#weight, this.#scratch, this.#column, this.#size, RADIUS);
    for (const plane of this.#planes) boxMean(plane, plane, this.#scratch, this.#column, this.#size, RADIUS);
    this.#solve(dst);
    for (const plane of [dst.r, dst.g, dst.b, dst.offset]) {
      boxMean(plane, plane, this.#scratch, this.#column, this.#size, RADIUS);
    }
  }

  #gather(rgb: Uint8Array, p: Float32Array, weight: Float32Array): void {
    const [r, g, b, q, rr, rg, rb, gg, gb, bb, rq, gq, bq] = this.#named();
    for (let i = 0, c = 0; i < p.length; i++, c += 3) {
      const w = weight[i]!;
      const red = rgb[c]! / 255;
      const green = rgb[c + 1]! / 255;
      const blue = rgb[c + 2]! / 255;
      const wr = w * red;
      const wg = w * green;
      const wb = w * blue;
      const value = p[i]!;
      this.#weight[i] = w;
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

  /** Per window: (Σ + ε)·a = cov(I, p) by the adjugate of the symmetric 3 × 3 covariance. */
  #solve(dst: LinearModel): void {
    const [r, g, b, q, rr, rg, rb, gg, gb, bb, rq, gq, bq] = this.#named();
    for (let i = 0; i < q.length; i++) {
      const n = 1 / this.#weight[i]!;
      const mr = r[i]! * n;
      const mg = g[i]! * n;
      const mb = b[i]! * n;
      const mq = q[i]! * n;
      const srr = rr[i]! * n - mr * mr + EPSILON;
      const srg = rg[i]! * n - mr * mg;
      const srb = rb[i]! * n - mr * mb;
      const sgg = gg[i]! * n - mg * mg + EPSILON;
      const sgb = gb[i]! * n - mg * mb;
      const sbb = bb[i]! * n - mb * mb + EPSILON;
      const cr = rq[i]! * n - mr * mq;
      const cg = gq[i]! * n - mg * mq;
      const cb = bq[i]! * n - mb * mq;
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
      dst.r[i] = ar;
      dst.g[i] = ag;
      dst.b[i] = ab;
      dst.offset[i] = mq - ar * mr - ag * mg - ab * mb;
    }
  }

  #named(): ThirteenPlanes {
    return this.#planes as unknown as ThirteenPlanes;
  }
}

type Plane = Float32Array;
type ThirteenPlanes = readonly [
  r: Plane,
  g: Plane,
  b: Plane,
  q: Plane,
  rr: Plane,
  rg: Plane,
  rb: Plane,
  gg: Plane,
  gb: Plane,
  bb: Plane,
  rq: Plane,
  gq: Plane,
  bq: Plane,
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
  for (let y = 0, i = 0; y < full.height; y++) {
    const sy = Math.min(half.height - 1, Math.max(0, (y + 0.5) / 2 - 0.5));
    const y0 = Math.floor(sy);
    const fy = sy - y0;
    const top = y0 * half.width;
    const bottom = Math.min(half.height - 1, y0 + 1) * half.width;
    for (let x = 0; x < full.width; x++, i++) {
      const sx = Math.min(half.width - 1, Math.max(0, (x + 0.5) / 2 - 0.5));
      const x0 = Math.floor(sx);
      const fx = sx - x0;
      const x1 = Math.min(half.width - 1, x0 + 1);
      const w00 = (1 - fx) * (1 - fy);
      const w01 = fx * (1 - fy);
      const w10 = (1 - fx) * fy;
      const w11 = fx * fy;
      const at = (plane: Float32Array): number =>
        w00 * plane[top + x0]! +
        w01 * plane[top + x1]! +
        w10 * plane[bottom + x0]! +
        w11 * plane[bottom + x1]!;
      const c = 3 * i;
      const value =
        (at(model.r) * rgb[c]! + at(model.g) * rgb[c + 1]! + at(model.b) * rgb[c + 2]!) / 255 +
        at(model.offset);
      dst[i] = value < 0 ? 0 : value > 1 ? 1 : value;
    }
  }
}
