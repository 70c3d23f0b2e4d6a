import type { Message } from './belief.js';
import { halfSize, type Size } from './picture.js';
import { UNKNOWN } from './trimap.js';

/**
 * How sure a frame's trimap is, for comparing frames: u / (u + lost), where `lost` is what the unknown region lacks in
 * certainty (a pixel that nothing was carried to reliably counts for one, and so does one that only one of two keyframes
 * carried softness to and that was given up) and u the size of a painted unknown region.
 *
 * @param messages - of half the size: what each direction says, and how certainly
 * @param painted - unknown pixels, of half the size, that the keyframes nearby have
 * @param givenUp - by `joinSoftAreas`
 * @returns 0..1
 */
export function frameConfidence(
  trimap: Uint8Array,
  size: Size,
  messages: readonly Message[],
  { painted, givenUp }: { readonly painted: number; readonly givenUp: number },
): number {
  const half = halfSize(size);
  let lost = givenUp;
  for (let y = 0, j = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++, j++) {
      if (trimap[2 * y * size.width + 2 * x] !== UNKNOWN) continue;
      let most = 0;
      for (const { certainty } of messages) most = Math.max(most, certainty[j]!);
      lost += 1 - most;
    }
  }
  return (painted + 1) / (painted + 1 + lost);
}
