import { BACKGROUND, FOREGROUND } from '../trimap/trimap.js';

/** Sets alpha to 0 and 1 where the trimap knows it, in place. */
export function putKnown(alpha: Float32Array, trimap: Uint8Array): void {
  for (let i = 0; i < trimap.length; i++) {
    const value = trimap[i]!;
    if (value === BACKGROUND) alpha[i] = 0;
    else if (value === FOREGROUND) alpha[i] = 1;
  }
}
