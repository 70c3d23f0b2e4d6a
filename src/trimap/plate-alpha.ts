import { boxMean } from './box-filter.js';
import type { Size } from './picture.js';
import type { BoxScratch } from './plate-evidence.js';

/** Radii of the windows in which the subject's own colour is looked for, pixels, nearest first. */
const RADII = [2, 4, 8, 16, 32, 64] as const;
/** Share of a window that has to be sure foreground. */
const ENOUGH = 0.04;

/**
 * The subject's colour near every pixel: the mean of sure foreground in the smallest window that has enough of it.
 *
 * @param dst - interleaved R′G′B′, 0..255; 0 where there is none within the largest window
 * @param found - receives 1 where there is
 * @param sure - 1 for pixels that are foreground alone
 */
export function spreadForeground(
  dst: Float32Array,
  found: Uint8Array,
  rgb: Uint8Array,
  sure: Uint8Array,
  size: Size,
  scratch: BoxScratch,
): void {
  const pixels = size.width * size.height;
  const planes = Array.from({ length: 4 }, () => new Float32Array(pixels));
  found.fill(0);
  dst.fill(0);
  for (const radius of RADII) {
    planes.forEach((plane, c) => {
      for (let i = 0; i < pixels; i++) plane[i] = sure[i] === 0 ? 0 : c === 3 ? 1 : rgb[3 * i + c]!;
      boxMean(plane, plane, scratch.plane, scratch.column, size, radius);
    });
    const share = planes[3]!;
    for (let i = 0; i < pixels; i++) {
      if (found[i] === 1 || share[i]! < ENOUGH) continue;
      found[i] = 1;
      for (let c = 0; c < 3; c++) dst[3 * i + c] = planes[c]![i]! / share[i]!;
    }
  }
}

/** Where the subject's colour is this near to the background's, R′G′B′ distance, alpha cannot be told. */
const ALIKE = 24;

/**
 * Difference matting: alpha of a pixel between two known colours, the nearest point of the line between them (Qian and
 * Sezan, "Video background replacement without a blue screen", ICIP 1999).
 *
 * @param dst - 0..1; 1 where the subject's colour is not known
 * @param foreground - `spreadForeground`'s
 * @param plate - exposed as the frame is
 * @param told - receives 1 where the two colours differ enough for alpha to mean something
 */
export function differenceAlpha(
  dst: Float32Array,
  told: Uint8Array,
  rgb: Uint8Array,
  foreground: Float32Array,
  found: Uint8Array,
  plate: Float32Array,
): void {
  for (let i = 0; i < dst.length; i++) {
    dst[i] = 1;
    told[i] = 0;
    if (found[i] === 0) continue;
    let dot = 0;
    let squares = 0;
    for (let at = 3 * i; at < 3 * i + 3; at++) {
      const span = foreground[at]! - plate[at]!;
      dot += (rgb[at]! - plate[at]!) * span;
      squares += span * span;
    }
    dst[i] = Math.min(1, Math.max(0, dot / Math.max(1, squares)));
    if (squares > ALIKE * ALIKE) told[i] = 1;
  }
}
