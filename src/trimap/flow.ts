import { allocatePyramid, fillPyramid, type Pyramid, type PyramidLevel } from './flow-pyramid.js';
import { PATCH, patchCount, PatchSearch, patchStart } from './patch-search.js';
import type { Size } from './picture.js';

/**
 * Where each pixel of one picture lies in another: pixel (x, y) is found at (x + u, y + v). Row-major,
 * pixels.
 */
export interface Flow {
  readonly u: Float32Array;
  readonly v: Float32Array;
}

/** Memory for a flow, zero. */
export function allocateFlow({ width, height }: Size): Flow {
  return { u: new Float32Array(width * height), v: new Float32Array(width * height) };
}

/**
 * Dense optical flow by inverse search (Kroeger, Timofte, Dai, Van Gool: "Fast Optical Flow using Dense
 * Inverse Search", ECCV 2016): from the coarsest size to the finest, a grid of patches each descends to where
 * it matches best, and a pixel's flow is the mean of the patches that cover it, weighted by how well they
 * match there. Without the paper's variational refinement, which gained nothing for propagating trimaps.
 * Pictures under 8 pixels a side have no flow: what is given is left as it is. Holds the scratch memory of
 * one picture size; not reentrant.
 */
export class FlowEstimator {
  readonly #from: Pyramid;
  readonly #to: Pyramid;
  readonly #fields: readonly Flow[];
  readonly #sums: { readonly u: Float64Array; readonly v: Float64Array; readonly weight: Float64Array };
  readonly #search: PatchSearch;

  constructor(size: Size) {
    const shortSide = Math.min(size.width, size.height);
    // The coarsest size is still two patches across.
    const levels = shortSide < PATCH ? 0 : Math.max(1, Math.floor(Math.log2(shortSide / PATCH)));
    this.#from = allocatePyramid(size, levels);
    this.#to = allocatePyramid(size, levels);
    this.#fields = this.#from.map(allocateFlow);
    const plane = (): Float64Array => new Float64Array(size.width * size.height);
    this.#sums = { u: plane(), v: plane(), weight: plane() };
    this.#search = new PatchSearch(levels === 0 ? 0 : patchCount(size.width) * patchCount(size.height));
  }

  /**
   * Both directions between two pictures, each interleaved R′G′B′ bytes of the estimator's size.
   *
   * @param forward - receives the flow from `earlier` to `later`
   * @param backward - receives the flow from `later` to `earlier`
   */
  estimateBoth(forward: Flow, backward: Flow, earlier: Uint8Array, later: Uint8Array): void {
    if (this.#from.length === 0) return;
    fillPyramid(this.#from, earlier);
    fillPyramid(this.#to, later);
    this.#descend(forward, this.#from, this.#to);
    this.#descend(backward, this.#to, this.#from);
  }

  /** The flow from one picture to another alone, for half the time. @param dst - receives it */
  estimate(dst: Flow, from: Uint8Array, to: Uint8Array): void {
    if (this.#from.length === 0) return;
    fillPyramid(this.#from, from);
    fillPyramid(this.#to, to);
    this.#descend(dst, this.#from, this.#to);
  }

  #descend(dst: Flow, from: Pyramid, to: Pyramid): void {
    for (let level = from.length - 1; level >= 0; level--) {
      const last = level + 1 === from.length;
      this.#guess(from[level]!, last ? undefined : this.#fields[level + 1], from[level + 1]);
      this.#search.run(from[level]!, to[level]!);
      this.#spread(level === 0 ? dst : this.#fields[level]!, from[level]!, to[level]!);
    }
  }

  /** Patches start from the coarser field at their centre, or from rest. */
  #guess(size: Size, coarse: Flow | undefined, coarseSize: Size | undefined): void {
    const { u, v } = this.#search;
    const columns = patchCount(size.width);
    const rows = patchCount(size.height);
    for (let row = 0, at = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, at++) {
        if (!coarse || !coarseSize) {
          u[at] = 0;
          v[at] = 0;
          continue;
        }
        const x = Math.min(coarseSize.width - 1, (patchStart(column, size.width) + PATCH / 2) >> 1);
        const y = Math.min(coarseSize.height - 1, (patchStart(row, size.height) + PATCH / 2) >> 1);
        u[at] = 2 * coarse.u[y * coarseSize.width + x]!;
        v[at] = 2 * coarse.v[y * coarseSize.width + x]!;
      }
    }
  }

  /** Every pixel's flow: the mean of the patches over it, weighted by 1 / max(1, their error at that pixel). */
  #spread(dst: Flow, from: PyramidLevel, to: PyramidLevel): void {
    const { width, height } = from;
    const { u, v, error } = this.#search;
    const sums = this.#sums;
    const pixels = width * height;
    for (const plane of [sums.u, sums.v, sums.weight]) plane.fill(0, 0, pixels);
    const columns = patchCount(width);
    const rows = patchCount(height);
    for (let row = 0, at = 0; row < rows; row++) {
      const y = patchStart(row, height);
      for (let column = 0; column < columns; column++, at++) {
        const x = patchStart(column, width);
        const pu = u[at]!;
        const pv = v[at]!;
        this.#search.match(from, to, x, y, pu, pv);
        const { mean } = this.#search;
        for (let j = 0, k = 0; j < PATCH; j++) {
          for (let i = 0, p = (y + j) * width + x; i < PATCH; i++, p++, k++) {
            const w = 1 / Math.max(1, Math.abs(error[k]! - mean));
            sums.u[p]! += w * pu;
            sums.v[p]! += w * pv;
            sums.weight[p]! += w;
          }
        }
      }
    }
    for (let p = 0; p < pixels; p++) {
      dst.u[p] = sums.u[p]! / sums.weight[p]!;
      dst.v[p] = sums.v[p]! / sums.weight[p]!;
    }
  }
}
