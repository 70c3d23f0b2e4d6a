import type { Size } from './picture.js';
import { colourAt, type ColourPyramid } from './plate-colours.js';

/** Where the subject's colour is this near to the background's, R′G′B′ distance, alpha cannot be told. */
const ALIKE = 24;
/** … nor where there is less of a colour than this. */
const NOWHERE = 1e-3;

/**
 * Difference matting: alpha of a pixel between two known colours, the nearest point of the line between them (Qian and
 * Sezan, "Video background replacement without a blue screen", ICIP 1999).
 *
 * @param dst - 0..1; 1 where the subject's colour is not known; 0 where `different` is 0
 * @param told - receives 1 where the two colours differ enough for alpha to mean something
 * @param different - 1 for pixels that are asked for
 * @param plate - exposed as the frame is
 * @param subject - the subject's own colours, spread
 */
export function differenceAlpha(
  dst: Float32Array,
  told: Uint8Array,
  rgb: Uint8Array,
  different: Uint8Array,
  plate: Float32Array,
  subject: ColourPyramid,
  { width }: Size,
): void {
  const foreground = new Float64Array(4);
  for (let i = 0; i < dst.length; i++) {
    dst[i] = different[i]!;
    told[i] = 0;
    if (different[i] === 0) continue;
    colourAt(foreground, subject, i % width, Math.floor(i / width));
    if (foreground[3]! < NOWHERE) continue;
    let dot = 0;
    let squares = 0;
    for (let c = 0, at = 3 * i; c < 3; c++, at++) {
      const span = foreground[c]! - plate[at]!;
      dot += (rgb[at]! - plate[at]!) * span;
      squares += span * span;
    }
    dst[i] = Math.min(1, Math.max(0, dot / Math.max(1, squares)));
    if (squares > ALIKE * ALIKE) told[i] = 1;
  }
}
