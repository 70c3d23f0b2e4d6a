import type { Size } from './picture.js';
import { colourAt, type ColourPyramid } from './plate-colours.js';

/** Where the subject's colour is this near to the background's, R′G′B′ distance, alpha cannot be told. */
const ALIKE = 24;
/** … nor where there is less of a colour than this. */
const NOWHERE = 1e-3;
/** A colour this far from every mixture of the two is another one of the subject's. */
const ANOTHER = 40;

/** Where a frame differs from its plate, as masks of 0 and 1. */
export interface DifferentRegions {
  readonly different: Uint8Array;
  /** … and far enough from where it does not that the subject may have a colour of its own there: a pattern's. */
  readonly inside: Uint8Array;
}

/**
 * Difference matting: alpha of a pixel between two known colours, the nearest point of the line between them (Qian and
 * Sezan, "Video background replacement without a blue screen", ICIP 1999). Inside the subject a colour far from that line is no
 * mixture: it is the subject's, and opaque.
 *
 * @param dst - 0..1; 1 where the subject's colour is not known; 0 where `different` is 0
 * @param told - receives 1 where the two colours differ enough for alpha to mean something
 * @param plate - exposed as the frame is
 * @param subject - the subject's own colours, spread
 */
export function differenceAlpha(
  dst: Float32Array,
  told: Uint8Array,
  rgb: Uint8Array,
  { different, inside }: DifferentRegions,
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
    let [dot, squares, away] = [0, 0, 0];
    for (let c = 0, at = 3 * i; c < 3; c++, at++) {
      const span = foreground[c]! - plate[at]!;
      const difference = rgb[at]! - plate[at]!;
      dot += difference * span;
      squares += span * span;
      away += difference * difference;
    }
    const alpha = Math.min(1, Math.max(0, dot / Math.max(1, squares)));
    // Of the pixel from the mixture: |difference − alpha · span|².
    away += alpha * (alpha * squares - 2 * dot);
    const another = inside[i] === 1 && away > ANOTHER * ANOTHER;
    dst[i] = another ? 1 : alpha;
    if (another || squares > ALIKE * ALIKE) told[i] = 1;
  }
}
