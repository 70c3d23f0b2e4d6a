import { PADDING, type PyramidLevel } from './flow-pyramid.js';

/** Patches are PATCH × PATCH pixels, one every STEP pixels. */
export const PATCH = 8;
const STEP = 5;
/** Most descent steps a patch takes; it stops sooner when a step is short or the match gets worse. */
const DESCENTS = 5;
/** Pixels; a shorter step ends the descent. */
const SHORT_STEP = 0.1;
/** Pixels; a neighbour's displacement closer than this to one's own is not worth trying. */
const SAME = 0.5;

/** Patches along a side; the last one is moved back to end at the border, so that every pixel is covered. */
export function patchCount(side: number): number {
  return Math.ceil((side - PATCH) / STEP) + 1;
}

/** First pixel of a patch along a side. */
export function patchStart(index: number, side: number): number {
  return Math.min(index * STEP, side - PATCH);
}

/**
 * The displacement of every patch of one picture size: inverse compositional descent (Baker and Matthews,
 * IJCV 2004, as used by Kroeger et al., ECCV 2016) from a first guess and from the neighbours' answers.
 */
export class PatchSearch {
  /** Displacement of each patch in pixels, row by row of patches; set to the first guess before `run`. */
  readonly u: Float32Array;
  readonly v: Float32Array;
  /** What `match` left: the patch's differences, and their mean. */
  readonly error: Float64Array = new Float64Array(PATCH * PATCH);
  mean = 0;
  /** Sum of squares at `u` and `v`, where it has been found. */
  readonly #cost: Float64Array;

  /** @param patches - the most patches a level has */
  constructor(patches: number) {
    this.u = new Float32Array(patches);
    this.v = new Float32Array(patches);
    this.#cost = new Float64Array(patches);
  }

  /**
   * Improves `u` and `v`: every patch in reading order, then again in the opposite order where a neighbour
   * knows better.
   */
  run(from: PyramidLevel, to: PyramidLevel): void {
    const columns = patchCount(from.width);
    const rows = patchCount(from.height);
    this.#cost.fill(NaN);
    for (let row = 0, at = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, at++) {
        const x = patchStart(column, from.width);
        const y = patchStart(row, from.height);
        this.#tryNeighbours(from, to, x, y, at, column > 0 ? at - 1 : at, row > 0 ? at - columns : at);
        this.#descend(from, to, x, y, at);
      }
    }
    for (let row = rows - 1, at = rows * columns - 1; row >= 0; row--) {
      for (let column = columns - 1; column >= 0; column--, at--) {
        const x = patchStart(column, from.width);
        const y = patchStart(row, from.height);
        const right = column + 1 < columns ? at + 1 : at;
        const below = row + 1 < rows ? at + columns : at;
        if (this.#tryNeighbours(from, to, x, y, at, right, below)) this.#descend(from, to, x, y, at);
      }
    }
  }

  /**
   * Fills `error` with to(x + u) − from(x) over the patch at (x, y) and `mean` with its mean (a change of light), and
   * returns the sum of squares of what is beyond that. The displacement is one for the whole patch, so the four
   * bilinear weights are too.
   */
  match(from: PyramidLevel, to: PyramidLevel, x: number, y: number, u: number, v: number): number {
    const error = this.error;
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
      let upper = b[q]!;
      let lower = b[q + stride]!;
      for (let i = 0; i < PATCH; i++, k++) {
        q += 1;
        const nextUpper = b[q]!;
        const nextLower = b[q + stride]!;
        const d = w00 * upper + w01 * nextUpper + w10 * lower + w11 * nextLower - a[p++]!;
        upper = nextUpper;
        lower = nextLower;
        error[k] = d;
        sum += d;
        squares += d * d;
      }
    }
    this.mean = sum / (PATCH * PATCH);
    return squares - sum * this.mean;
  }

  /** Takes a neighbour's displacement when it matches better; true when it did. */
  #tryNeighbours(
    from: PyramidLevel,
    to: PyramidLevel,
    x: number,
    y: number,
    at: number,
    first: number,
    second: number,
  ): boolean {
    let best = this.#cost[at]!;
    let changed = false;
    for (let n = 0; n < 2; n++) {
      const other = n === 0 ? first : second;
      const u = this.u[other]!;
      const v = this.v[other]!;
      if (Math.abs(u - this.u[at]!) < SAME && Math.abs(v - this.v[at]!) < SAME) continue;
      if (Number.isNaN(best)) best = this.match(from, to, x, y, this.u[at]!, this.v[at]!);
      const squares = this.match(from, to, x, y, u, v);
      if (squares >= best) continue;
      best = squares;
      this.u[at] = u;
      this.v[at] = v;
      changed = true;
    }
    return changed;
  }

  /** Lucas and Kanade for a translation, inverse compositional: the patch's own gradients serve every step. */
  #descend(from: PyramidLevel, to: PyramidLevel, x: number, y: number, at: number): void {
    const { stride, dx, dy } = from;
    const error = this.error;
    const start = (y + PADDING) * stride + x + PADDING;
    // The small constant keeps a flat patch where it started.
    let xx = 8;
    let xy = 0;
    let yy = 8;
    let sx = 0;
    let sy = 0;
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
    xx -= (sx * sx) / n;
    yy -= (sy * sy) / n;
    xy -= (sx * sy) / n;
    const scale = 1 / (xx * yy - xy * xy);
    const u0 = this.u[at]!;
    const v0 = this.v[at]!;
    let u = u0;
    let v = v0;
    let best = Infinity;
    for (let step = 0; step < DESCENTS; step++) {
      const squares = this.match(from, to, x, y, u, v);
      if (squares >= best) break;
      best = squares;
      this.u[at] = u;
      this.v[at] = v;
      this.#cost[at] = squares;
      let bx = -sx * this.mean;
      let by = -sy * this.mean;
      for (let j = 0, k = 0; j < PATCH; j++) {
        for (let i = 0, p = start + j * stride; i < PATCH; i++, p++, k++) {
          const e = error[k]!;
          bx += dx[p]! * e;
          by += dy[p]! * e;
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
}

function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}
