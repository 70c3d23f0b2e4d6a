import { ERROR_SCALE, SCALE_TOP } from './colour-scale.js';

/**
 * |alpha − truth| in the unknown region, 0 elsewhere.
 *
 * @param alpha - 0..1
 * @param truth - of the same length
 * @param trimap - 0 background, 255 foreground, anything else unknown
 */
export function unknownError(alpha: Float32Array, truth: Float32Array, trimap: Uint8Array): Float32Array {
  const error = new Float32Array(alpha.length);
  for (let i = 0; i < error.length; i++) {
    if (trimap[i] !== 0 && trimap[i] !== 255) error[i] = Math.abs(alpha[i]! - truth[i]!);
  }
  return error;
}

/** The error in the scale's colours: straight R′G′B′A, transparent where alpha was known. */
export function paintError(error: Float32Array, trimap: Uint8Array): Uint8Array {
  const picture = new Uint8Array(4 * error.length);
  for (let i = 0; i < error.length; i++) {
    if (trimap[i] === 0 || trimap[i] === 255) continue;
    const entry = 3 * Math.round(255 * Math.min(1, error[i]! / SCALE_TOP));
    picture[4 * i] = ERROR_SCALE[entry]!;
    picture[4 * i + 1] = ERROR_SCALE[entry + 1]!;
    picture[4 * i + 2] = ERROR_SCALE[entry + 2]!;
    picture[4 * i + 3] = 255;
  }
  return picture;
}
