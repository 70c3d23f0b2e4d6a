import { allocateEnvelopeScratch } from './lower-envelope.js';
import { squaredDistances } from './morphology.js';
import type { Size } from './picture.js';
import { BACKGROUND, FOREGROUND } from './trimap.js';

/** A trimap's foreground as far as the middle of its unknown band. @returns 0 or 255 */
export function hardMask(trimap: Uint8Array, size: Size): Uint8Array {
  const scratch = allocateEnvelopeScratch(size);
  const [toForeground, toBackground] = [new Float32Array(trimap.length), new Float32Array(trimap.length)];
  squaredDistances(toForeground, trimap, size, FOREGROUND, scratch);
  squaredDistances(toBackground, trimap, size, BACKGROUND, scratch);
  const mask = new Uint8Array(trimap.length);
  for (let i = 0; i < mask.length; i++) mask[i] = toForeground[i]! < toBackground[i]! ? 255 : 0;
  return mask;
}
