import { boxMean } from './box-filter.js';
import type { FrameMotion } from './frame-motion.js';
import type { Size } from './picture.js';
import { BACKGROUND, FOREGROUND } from './trimap.js';
import { warpPlane } from './warp.js';

/** Difference of alpha between a frame and what its neighbour says at which the neighbour counts for 0.6. */
const ALPHA_SIGMA = 0.5;
/** The correction is a mean over windows of this many pixels to each side: detail stays the frame's own. */
const RADIUS = 2;

/** A matted frame as a smaller picture: planes of one size, row-major. */
export interface MattedPicture {
  /** Interleaved R′G′B′. */
  readonly rgb: Uint8Array;
  /** 0..1. */
  readonly alpha: Float32Array;
  /** 0 background, 255 foreground, anything else unknown. */
  readonly trimap: Uint8Array;
}

/** A frame's neighbour in time. */
export interface SteadyNeighbour {
  readonly alpha: Float32Array;
  /** From the frame to the neighbour. */
  readonly motion: FrameMotion;
}

/**
 * A temporal filter along the motion of the picture. With α_n the alpha of a neighbour brought along the flow, a frame's
 * alpha becomes
 *
 *     α + mean over a window of ( Σ w_n·(α_n − α) / (1 + Σ w_n) ),   w_n = strength · c_n² · exp(−(α_n − α)² / 2σ²)
 *
 * c_n is how well the colours at both ends of the flow agree (`flowTrust`): where they do not, the neighbour shows
 * something else and has no say. The last factor is a bilateral filter's (Tomasi and Manduchi, ICCV 1998): a large change
 * of alpha is an event, not flicker. The correction is averaged over a window, as flicker is broad and detail is not, and
 * then kept between 0 and what trusted neighbours ask for, so that it reaches nothing they agree on. Alphas are taken as
 * they were before any was filtered: nothing trails from frame to frame. Holds the scratch memory of one size; not
 * reentrant.
 */
export class SteadyFilter {
  readonly #size: Size;
  readonly #warped: Float32Array;
  readonly #weights: Float32Array;
  readonly #least: Float32Array;
  readonly #most: Float32Array;
  readonly #plane: Float32Array;
  readonly #row: Float64Array;

  constructor(size: Size) {
    const plane = (): Float32Array => new Float32Array(size.width * size.height);
    this.#size = size;
    [this.#warped, this.#weights, this.#least, this.#most] = [plane(), plane(), plane(), plane()];
    this.#plane = plane();
    this.#row = new Float64Array(size.width);
  }

  /**
   * What is to be added to a frame's alpha. 0 where the trimap knows it.
   *
   * @param dst - receives −1..1
   * @param strength - how much a neighbour that can be trusted counts against the frame itself
   */
  correction(
    dst: Float32Array,
    frame: Pick<MattedPicture, 'alpha' | 'trimap'>,
    neighbours: readonly SteadyNeighbour[],
    strength: number,
  ): void {
    for (const plane of [dst, this.#weights, this.#least, this.#most]) plane.fill(0);
    for (const neighbour of neighbours) this.#ask(dst, frame, neighbour, strength);
    for (let i = 0; i < dst.length; i++) dst[i]! /= 1 + this.#weights[i]!;
    boxMean(dst, dst, this.#plane, this.#row, this.#size, RADIUS);
    for (let i = 0; i < dst.length; i++) {
      dst[i] = Math.min(this.#most[i]!, Math.max(this.#least[i]!, dst[i]!));
    }
  }

  /** Adds what one neighbour asks for, times its weight, to `dst`. */
  #ask(
    dst: Float32Array,
    { alpha, trimap }: Pick<MattedPicture, 'alpha' | 'trimap'>,
    neighbour: SteadyNeighbour,
    strength: number,
  ): void {
    const [warped, weights, least, most] = [this.#warped, this.#weights, this.#least, this.#most];
    const { flow, trust } = neighbour.motion;
    warpPlane(warped, neighbour.alpha, flow, this.#size);
    for (let i = 0; i < dst.length; i++) {
      if (trimap[i] === BACKGROUND || trimap[i] === FOREGROUND) continue;
      const difference = warped[i]! - alpha[i]!;
      const trusted = trust.colour[i]! ** 2;
      const weight = strength * trusted * Math.exp(-(difference ** 2) / (2 * ALPHA_SIGMA ** 2));
      dst[i]! += weight * difference;
      weights[i]! += weight;
      least[i] = Math.min(least[i]!, trusted * difference);
      most[i] = Math.max(most[i]!, trusted * difference);
    }
  }
}

/**
 * Adds a correction of a smaller size to alpha, interpolated bilinearly between pixel centres, where alpha is unknown.
 *
 * @param alpha - 0..1, `size`, changed in place
 * @param trimap - 0, 128, 255, `size`
 */
export function addCorrection(
  alpha: Float32Array,
  trimap: Uint8Array,
  size: Size,
  correction: Float32Array,
  reduced: Size,
): void {
  const [scaleX, scaleY] = [reduced.width / size.width, reduced.height / size.height];
  for (let y = 0, i = 0; y < size.height; y++) {
    const sy = Math.min(reduced.height - 1, Math.max(0, (y + 0.5) * scaleY - 0.5));
    const top = Math.floor(sy);
    const fy = sy - top;
    const row = top * reduced.width;
    const below = top + 1 < reduced.height ? reduced.width : 0;
    for (let x = 0; x < size.width; x++, i++) {
      if (trimap[i] === BACKGROUND || trimap[i] === FOREGROUND) continue;
      const sx = Math.min(reduced.width - 1, Math.max(0, (x + 0.5) * scaleX - 0.5));
      const left = Math.floor(sx);
      const fx = sx - left;
      const p = row + left;
      const right = left + 1 < reduced.width ? 1 : 0;
      const upper = (1 - fx) * correction[p]! + fx * correction[p + right]!;
      const lower = (1 - fx) * correction[p + below]! + fx * correction[p + below + right]!;
      alpha[i] = Math.min(1, Math.max(0, alpha[i]! + (1 - fy) * upper + fy * lower));
    }
  }
}
