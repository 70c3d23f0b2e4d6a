import { allocatePyramid, fillPyramid, PADDING, type Pyramid, type PyramidLevel } from './flow-pyramid.js';
import type { Size } from './picture.js';

/** Where each pixel of one picture lies in another: pixel (x, y) is found at (x + u, y + v). Row-major, pixels. */
export interface Flow {
  readonly u: Float32Array;
  readonly v: Float32Array;
}

/** Patches are PATCH × PATCH pixels, one every STEP pixels. */
const PATCH = 8;
const STEP = 4;
/** Most descent steps a patch takes; it stops sooner when a step is short or the match gets worse. */
const DESCENTS = 12;
/** Pixels; a shorter step ends the descent. */
const SHORT_STEP = 0.03;

/**
 * Dense optical flow by inverse search (Kroeger, Timofte, Dai, Van Gool: "Fast Optical Flow using Dense Inverse Search",
 * ECCV 2016): from the coarsest size to the finest, a grid of patches each descends to where it matches best,
 * trying its neighbours' answers first; a pixel's flow is the mean of the patches that cover it, weighted by how well they match
 * there; then the field is smoothed along the picture's edges. Holds the scratch memory of one picture size; not reentrant.
 */
export class FlowEstimator {
  readonly #size: Size;
  readonly #from: Pyramid;
  readonly #to: Pyramid;
  readonly #fields: readonly Flow[];
  readonly #weight: Float32Array;
  readonly #patchU: Float32Array;
  readonly #patchV: Float32Array;
  readonly #error = new Float32Array(PATCH * PATCH);

  constructor(size: Size) {
    // The coarsest size still holds about four patches across its short side's direction of motion.
    const shortSide = Math.min(size.width, size.height);
    const levels = Math.max(1, Math.floor(Math.log2(shortSide / (2 * PATCH))) + 1);
    this.#size = size;
    this.#from = allocatePyramid(size, levels);
    this.#to = allocatePyramid(size, levels);
    this.#fields = this.#from.map(({ width, height }) => allocateFlow({ width, height }));
    this.#weight = new Float32Array(size.width * size.height);
    const patches = patchCount(size.width) * patchCount(size.height);
    this.#patchU = new Float32Array(patches);
    this.#patchV = new Float32Array(patches);
  }

  /**
   * The flow from one picture to another.
   *
   * @param dst - receives it; `size` pixels
   * @param from - interleaved R′G′B′ bytes
   * @param to - interleaved R′G′B′ bytes
   */
  estimate(dst: Flow, from: Uint8Array, to: Uint8Array): void {
    fillPyramid(this.#from, from);
    fillPyramid(this.#to, to);
    this.#descend(this.#from, this.#to, dst);
  }

  /** Both directions at once, for the price of one pair of pyramids. */
  estimateBoth(forward: Flow, backward: Flow, first: Uint8Array, second: Uint8Array): void {
    fillPyramid(this.#from, first);
    fillPyramid(this.#to, second);
    this.#descend(this.#from, this.#to, forward);
    this.#descend(this.#to, this.#from, backward);
  }

  #descend(from: Pyramid, to: Pyramid, dst: Flow): void {
    for (let level = from.length - 1; level >= 0; level--) {
      const field = level === 0 ? dst : this.#fields[level]!;
      const coarse =
        level + 1 < from.length ? { field: this.#fields[level + 1]!, size: from[level + 1]! } : undefined;
      this.#search(from[level]!, to[level]!, coarse);
      this.#spread(field, from[level]!, to[level]!);
    }
  }

  /** Finds every patch's displacement, starting from the coarser field and from the neighbours already done. */
  #search(from: PyramidLevel, to: PyramidLevel, coarse: { field: Flow; size: Size } | undefined): void {
    const columns = patchCount(from.width);
    const rows = patchCount(from.height);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const x = patchStart(column, from.width);
        const y = patchStart(row, from.height);
        const at = row * columns + column;
        let u = 0;
        let v = 0;
        if (coarse) {
          const cx = Math.min(coarse.size.width - 1, (x + PATCH / 2) >> 1);
          const cy = Math.min(coarse.size.height - 1, (y + PATCH / 2) >> 1);
          u = 2 * coarse.field.u[cy * coarse.size.width + cx]!;
          v = 2 * coarse.field.v[cy * coarse.size.width + cx]!;
        }
        this.#patchU[at] = u;
        this.#patchV[at] = v;
      }
    }
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const at = row * columns + column;
        this.#tryNeighbours(from, to, row, column, column > 0 ? at - 1 : at, row > 0 ? at - columns : at);
        this.#descendPatch(from, to, patchStart(column, from.width), patchStart(row, from.height), at);
      }
    }
    // A second visit in the opposite order carries good answers up and left.
    for (let row = rows - 1; row >= 0; row--) {
      for (let column = columns - 1; column >= 0; column--) {
        const at = row * columns + column;
        const right = column + 1 < columns ? at + 1 : at;
        const below = row + 1 < rows ? at + columns : at;
        if (this.#tryNeighbours(from, to, row, column, right, below)) {
          this.#descendPatch(from, to, patchStart(column, from.width), patchStart(row, from.height), at);
        }
      }
    }
  }

  /** Takes a neighbour's displacement when it matches better; true when it did. */
  #tryNeighbours(
    from: PyramidLevel,
    to: PyramidLevel,
    row: number,
    column: number,
    a: number,
    b: number,
  ): boolean {
    const at = row * patchCount(from.width) + column;
    const x = patchStart(column, from.width);
    const y = patchStart(row, from.height);
    let u = this.#patchU[at]!;
    let v = this.#patchV[at]!;
    let best = -1;
    let changed = false;
    for (const other of [a, b]) {
      const ou = this.#patchU[other]!;
      const ov = this.#patchV[other]!;
      if (other === at || (Math.abs(ou - u) < 0.25 && Math.abs(ov - v) < 0.25)) continue;
      if (best < 0) best = this.#match(from, to, x, y, u, v);
      const error = this.#match(from, to, x, y, ou, ov);
      if (error < best) {
        best = error;
        u = ou;
        v = ov;
        changed = true;
      }
    }
    this.#patchU[at] = u;
    this.#patchV[at] = v;
    return changed;
  }

  /**
   * Fills `#error` with to(x + u) − from(x) over the patch, less its mean (lighting), and returns its sum of squares.
   * The displacement is one for the whole patch, so the four bilinear weights are too.
   */
  #match(from: PyramidLevel, to: PyramidLevel, x: number, y: number, u: number, v: number): number {
    const error = this.#error;
    const a = from.luma;
    const b = to.luma;
    const { stride } = from;
    const tx = clamp(x + u + PADDING, 1, from.width + 2 * PADDING - PATCH - 2);
    const ty = clamp(y + v + PADDING, 1, from.height + 2 * PADDING - PATCH - 2);
    const ix = Math.floor(tx);
    const iy = Math.floor(ty);
    const fx = tx - ix;
    const fy = ty - iy;
    const w00 = (1 - fx) * (1 - fy);
    const w01 = fx * (1 - fy);
    const w10 = (1 - fx) * fy;
    const w11 = fx * fy;
    let sum = 0;
    let squares = 0;
    for (let j = 0, k = 0; j < PATCH; j++) {
      let p = (y + PADDING + j) * stride + x + PADDING;
      let q = (iy + j) * stride + ix;
      for (let i = 0; i < PATCH; i++, p++, q++, k++) {
        const d = w00 * b[q]! + w01 * b[q + 1]! + w10 * b[q + stride]! + w11 * b[q + stride + 1]! - a[p]!;
        error[k] = d;
        sum += d;
        squares += d * d;
      }
    }
    const mean = sum / (PATCH * PATCH);
    for (let k = 0; k < PATCH * PATCH; k++) error[k]! -= mean;
    return squares - sum * mean;
  }

  /** Inverse compositional Lucas-Kanade for a translation: the patch's own gradients serve every step. */
  #descendPatch(from: PyramidLevel, to: PyramidLevel, x: number, y: number, at: number): void {
    const { stride, dx, dy } = from;
    const error = this.#error;
    let xx = 0;
    let xy = 0;
    let yy = 0;
    let sx = 0;
    let sy = 0;
    const start = (y + PADDING) * stride + x + PADDING;
    for (let j = 0; j < PATCH; j++) {
      for (let i = 0, p = start + j * stride; i < PATCH; i++, p++) {
        const gx = dx[p]!;
        const gy = dy[p]!;
        xx += gx * gx;
        xy += gx * gy;
        yy += gy * gy;
        sx += gx;
        sy += gy;
      }
    }
    const n = PATCH * PATCH;
    // The small constant keeps a flat patch where it started.
    xx += 8 - (sx * sx) / n;
    yy += 8 - (sy * sy) / n;
    xy -= (sx * sy) / n;
    const scale = 1 / (xx * yy - xy * xy);
    const u0 = this.#patchU[at]!;
    const v0 = this.#patchV[at]!;
    let u = u0;
    let v = v0;
    let best = Infinity;
    for (let step = 0; step < DESCENTS; step++) {
      const squares = this.#match(from, to, x, y, u, v);
      if (squares >= best) break;
      best = squares;
      this.#patchU[at] = u;
      this.#patchV[at] = v;
      let bx = 0;
      let by = 0;
      for (let j = 0, k = 0; j < PATCH; j++) {
        for (let i = 0, p = start + j * stride; i < PATCH; i++, p++, k++) {
          bx += dx[p]! * error[k]!;
          by += dy[p]! * error[k]!;
        }
      }
      const du = (yy * bx - xy * by) * scale;
      const dv = (xx * by - xy * bx) * scale;
      u -= du;
      v -= dv;
      // A patch that runs off by more than its own size has lost its way.
      if (Math.abs(u - u0) > PATCH || Math.abs(v - v0) > PATCH) break;
      if (du * du + dv * dv < SHORT_STEP * SHORT_STEP) break;
    }
  }

  /** Every pixel's flow: the mean of the patches over it, weighted by 1 / max(1, their error at that pixel). */
  #spread(dst: Flow, from: PyramidLevel, to: PyramidLevel): void {
    const { width, height, stride } = from;
    const weight = this.#weight;
    const pixels = width * height;
    dst.u.fill(0, 0, pixels);
    dst.v.fill(0, 0, pixels);
    weight.fill(0, 0, pixels);
    const columns = patchCount(width);
    const rows = patchCount(height);
    for (let row = 0, at = 0; row < rows; row++) {
      const y = patchStart(row, height);
      for (let column = 0; column < columns; column++, at++) {
        const x = patchStart(column, width);
        const u = this.#patchU[at]!;
        const v = this.#patchV[at]!;
        this.#match(from, to, x, y, u, v);
        for (let j = 0, k = 0; j < PATCH; j++) {
          for (let i = 0, p = (y + j) * width + x; i < PATCH; i++, p++, k++) {
            const w = 1 / Math.max(1, Math.abs(this.#error[k]!));
            dst.u[p]! += w * u;
            dst.v[p]! += w * v;
            weight[p]! += w;
          }
        }
      }
    }
    for (let p = 0; p < pixels; p++) {
      dst.u[p]! /= weight[p]!;
      dst.v[p]! /= weight[p]!;
    }
    void stride;
  }
}

export function allocateFlow({ width, height }: Size): Flow {
  return { u: new Float32Array(width * height), v: new Float32Array(width * height) };
}

/** Patches along a side; the last one is moved back to end at the border, so that every pixel is covered. */
function patchCount(side: number): number {
  return Math.ceil((side - PATCH) / STEP) + 1;
}

function patchStart(index: number, side: number): number {
  return Math.min(index * STEP, side - PATCH);
}

function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}
