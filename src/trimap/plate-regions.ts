import type { Size } from './picture.js';
import { DIFFERS, NO_SHADOW, TEXTURED_SHADOW } from './plate-evidence.js';

/** Standard deviations from the plate at which a pixel is surely not background; from DIFFERS on it belongs to one that touches it. */
const SEED = 7;
/** A region with fewer sure pixels is grain. */
const FEWEST = 6;

/**
 * The pixels that are not background, or not alone: 8-connected regions above a low threshold that hold some pixels above
 * a high one (Canny's hysteresis), so that a strand is followed to where it fades and grain is not.
 *
 * @param dst - receives 1 or 0
 * @param distance - `plateDistance`
 * @param shadows - `markShadows`: what only darkens the plate begins no region
 */
export function differentRegions(
  dst: Uint8Array,
  distance: Float32Array,
  shadows: Uint8Array,
  { width, height }: Size,
  { stack, list }: { readonly stack: Int32Array; readonly list: Int32Array },
): void {
  const VISITED = 2;
  dst.fill(0);
  const open = (i: number): boolean =>
    dst[i] === 0 && distance[i]! > DIFFERS && shadows[i] !== TEXTURED_SHADOW;
  const sure = (i: number): boolean => distance[i]! > SEED && shadows[i] === NO_SHADOW;
  for (let seed = 0; seed < dst.length; seed++) {
    if (!open(seed) || !sure(seed)) continue;
    let [top, count, strong] = [0, 0, 0];
    stack[top++] = seed;
    dst[seed] = VISITED;
    while (top > 0) {
      const i = stack[--top]!;
      list[count++] = i;
      if (sure(i)) strong += 1;
      const x = i % width;
      const y = (i - x) / width;
      for (let j = Math.max(0, y - 1); j <= Math.min(height - 1, y + 1); j++) {
        for (let n = j * width + Math.max(0, x - 1); n <= j * width + Math.min(width - 1, x + 1); n++) {
          if (!open(n)) continue;
          dst[n] = VISITED;
          stack[top++] = n;
        }
      }
    }
    if (strong >= FEWEST) for (let k = 0; k < count; k++) dst[list[k]!] = 1;
  }
  for (let i = 0; i < dst.length; i++) if (dst[i] === VISITED) dst[i] = 0;
}
