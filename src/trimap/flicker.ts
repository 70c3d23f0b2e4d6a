import type { FrameMotion } from './frame-motion.js';
import type { Size } from './picture.js';
import type { MattedPicture } from './steady.js';
import { BACKGROUND, FOREGROUND } from './trimap.js';
import { warpPlane } from './warp.js';

/**
 * How much alpha changes along the motion of the picture: Σ c·|α − α_before| / Σ c over the frame's unknown region, α_before
 * the alpha of the frame before brought along the flow, c how well the colours at both ends of the flow agree. What dtSSD
 * measures against a truth, without one.
 *
 * @param before - the frame before: its alpha, 0..1
 * @param motion - from the frame to the one before
 * @param scratch - of the picture's size
 * @returns 0..1; undefined where nothing is unknown or nothing of it can be found in the frame before
 */
export function flickerAlongMotion(
  { alpha, trimap }: Pick<MattedPicture, 'alpha' | 'trimap'>,
  before: Float32Array,
  { flow, trust }: FrameMotion,
  size: Size,
  scratch: Float32Array,
): number | undefined {
  warpPlane(scratch, before, flow, size);
  let change = 0;
  let trusted = 0;
  for (let i = 0; i < alpha.length; i++) {
    if (trimap[i] === BACKGROUND || trimap[i] === FOREGROUND) continue;
    change += trust.colour[i]! * Math.abs(alpha[i]! - scratch[i]!);
    trusted += trust.colour[i]!;
  }
  return trusted > 0 ? change / trusted : undefined;
}
