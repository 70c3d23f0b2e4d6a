import { boxMean } from './box-filter.js';
import type { Flow } from './flow.js';
import type { Size } from './picture.js';

/** Pixels of forward-backward disagreement at which trust has fallen to 0.6. */
const ROUND_TRIP_SIGMA = 0.75;
/** Difference of colour (root mean square over R′G′B′, 0..255) at which trust has fallen to 0.6. */
const COLOUR_SIGMA = 14;
/** The difference of a pixel that lies outside the other picture: whatever comes in there was never seen. */
const UNSEEN = 255;

/** Steps of the table of falling trust, a unit of its exponent, and where it ends: at a 3000th. */
const FALL_STEPS = 512;
const FALL_END = 8;
const FALL: Float32Array = Float32Array.from({ length: FALL_END * FALL_STEPS }, (_, i) =>
  Math.exp(-(i + 0.5) / FALL_STEPS),
);

/** Scratch of `flowTrust`. */
export interface TrustScratch {
  readonly difference: Float32Array;
  readonly plane: Float32Array;
  readonly row: Float64Array;
}

/** How far to trust each pixel's flow, 0..1. */
export interface FlowTrust {
  /**
   * It leads to a pixel of the same colour, over a 3 × 3 window; if not, the pixel is hidden there, or its
   * flow is wrong.
   */
  readonly colour: Float32Array;
  /**
   * It leads to a pixel that flows back here; if not, it may be off by some pixels, as in plain areas and
   * beside occlusions.
   */
  readonly roundTrip: Float32Array;
}

/**
 * Compares both ends of each pixel's flow.
 *
 * @param dst - receives the trust
 * @param flow - from `here` to `there`
 * @param back - from `there` to `here`
 * @param here - interleaved R′G′B′ bytes
 * @param there - interleaved R′G′B′ bytes
 */
export function flowTrust(
  dst: FlowTrust,
  flow: Flow,
  back: Flow,
  here: Uint8Array,
  there: Uint8Array,
  size: Size,
  { difference, plane, row }: TrustScratch,
): void {
  const { width, height } = size;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const tx = x + flow.u[i]!;
      const ty = y + flow.v[i]!;
      const sx = Math.min(width - 1, Math.max(0, tx));
      const sy = Math.min(height - 1, Math.max(0, ty));
      const x0 = Math.floor(sx);
      const y0 = Math.floor(sy);
      const fx = sx - x0;
      const fy = sy - y0;
      const p00 = y0 * width + x0;
      const p01 = x0 + 1 < width ? p00 + 1 : p00;
      const below = y0 + 1 < height ? width : 0;
      const p10 = p00 + below;
      const p11 = p01 + below;
      const w00 = (1 - fx) * (1 - fy);
      const w01 = fx * (1 - fy);
      const w10 = (1 - fx) * fy;
      const w11 = fx * fy;
      const { u, v } = back;
      const du = flow.u[i]! + w00 * u[p00]! + w01 * u[p01]! + w10 * u[p10]! + w11 * u[p11]!;
      const dv = flow.v[i]! + w00 * v[p00]! + w01 * v[p01]! + w10 * v[p10]! + w11 * v[p11]!;
      dst.roundTrip[i] = falling((du * du + dv * dv) / (2 * ROUND_TRIP_SIGMA * ROUND_TRIP_SIGMA));
      let squares = 0;
      for (let c = 0; c < 3; c++) {
        const seen =
          w00 * there[3 * p00 + c]! +
          w01 * there[3 * p01 + c]! +
          w10 * there[3 * p10 + c]! +
          w11 * there[3 * p11 + c]!;
        const off = seen - here[3 * i + c]!;
        squares += off * off;
      }
      const outside = tx < -0.5 || ty < -0.5 || tx > width - 0.5 || ty > height - 0.5;
      difference[i] = outside ? UNSEEN : Math.sqrt(squares / 3);
    }
  }
  boxMean(difference, difference, plane, row, size, 1);
  for (let i = 0; i < difference.length; i++) {
    const colour = difference[i]! / COLOUR_SIGMA;
    dst.colour[i] = falling(0.5 * colour * colour);
  }
}

/** exp(−x) for x from 0 on, to a thousandth: an exponential a pixel costs as much as all else that is done to it. */
function falling(x: number): number {
  return x < FALL_END ? FALL[(x * FALL_STEPS) | 0]! : 0;
}

export function allocateTrust({ width, height }: Size): FlowTrust {
  return { colour: new Float32Array(width * height), roundTrip: new Float32Array(width * height) };
}
