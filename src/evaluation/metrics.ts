import { connectivityError } from './connectivity.js';
import { gradientError } from './gradient.js';

/** How far a matte is from the exact one; lower is better in each. */
export interface MatteScores {
  /** Sum of absolute differences over the unknown region, in thousands. */
  readonly sad: number;
  /** Mean squared difference over the unknown region (not multiplied by 1000). */
  readonly mse: number;
  /** Gradient error over the unknown region, in thousands. */
  readonly grad: number;
  /** Connectivity error over the unknown region, in thousands. */
  readonly conn: number;
  /** Mean absolute difference over the whole frame, 0..1. */
  readonly mad: number;
  /** Pixels of the unknown region; where it is 0, the first four scores are 0 too. */
  readonly unknownPixels: number;
}

/**
 * The field's four scores, after Rhemann, Rother, Wang, Gelautz, Kohli and Rott, *A Perceptually Motivated Online
 * Benchmark for Image Matting* (CVPR 2009), with the parameters in use since: over the unknown region only,
 * SAD, Grad and Conn in thousands. `grad` and `conn` look beyond the region's edge, so the matte should be final:
 * 0 and 1 where the trimap says so.
 *
 * @param predicted - alpha 0..1, row-major, `width × height`
 * @param truth - the exact alpha, of the same shape
 * @param trimap - 0 background, 255 foreground, anything else unknown
 * @throws RangeError when the three differ in size from `width × height`
 */
export function scoreMatte(
  predicted: Float32Array,
  truth: Float32Array,
  trimap: Uint8Array,
  width: number,
  height: number,
): MatteScores {
  for (const [name, plane] of Object.entries({ predicted, truth, trimap })) {
    if (plane.length !== width * height) {
      throw new RangeError(`${name} has ${plane.length} pixels, not ${width}×${height}`);
    }
  }
  const unknown = trimap.map((value) => (value === 0 || value === 255 ? 0 : 1));
  const { absolute, squared, pixels } = differences(predicted, truth, unknown);
  return {
    sad: absolute / 1000,
    mse: pixels === 0 ? 0 : squared / pixels,
    grad: gradientError(predicted, truth, unknown, width, height),
    conn: connectivityError(predicted, truth, unknown, width, height),
    mad: meanAbsoluteDifference(predicted, truth),
    unknownPixels: pixels,
  };
}

/** Mean |predicted − truth| over all pixels, 0..1; 0 for an empty picture. */
export function meanAbsoluteDifference(predicted: Float32Array, truth: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < truth.length; i++) sum += Math.abs(predicted[i]! - truth[i]!);
  return truth.length === 0 ? 0 : sum / truth.length;
}

/** Sums over the pixels where `unknown` is not 0. */
function differences(
  predicted: Float32Array,
  truth: Float32Array,
  unknown: Uint8Array,
): { absolute: number; squared: number; pixels: number } {
  let absolute = 0;
  let squared = 0;
  let pixels = 0;
  for (let i = 0; i < unknown.length; i++) {
    if (unknown[i] === 0) continue;
    const difference = predicted[i]! - truth[i]!;
    absolute += Math.abs(difference);
    squared += difference * difference;
    pixels += 1;
  }
  return { absolute, squared, pixels };
}
