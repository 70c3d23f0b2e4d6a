import type { Size } from './picture.js';
import { CLASSES, type Residual } from './plate-noise.js';

/** Scratch of box filters over one picture size. */
export interface BoxScratch {
  readonly plane: Float32Array;
  readonly column: Float64Array;
}

/**
 * How far each pixel is from being background, in standard deviations of its noise: the larger of the pixel's own
 * distance and that of its 3 × 3 mean, which sees a weaker, wider difference. Three channels together: of background
 * pixels 1 in 60,000 passes 5.
 *
 * @param smooth - `residual` averaged over 3 × 3 pixels
 * @param deviations - `measureNoise` of both
 */
export function plateDistance(
  dst: Float32Array,
  { residual, smooth }: { readonly residual: Residual; readonly smooth: Residual },
  deviations: { readonly residual: Float64Array; readonly smooth: Float64Array },
  roughness: Uint8Array,
): void {
  for (let i = 0; i < dst.length; i++) {
    const kind = roughness[i]!;
    let own = 0;
    let near = 0;
    for (let c = 0, at = kind; c < 3; c++, at += CLASSES) {
      own += (residual[c]![i]! / deviations.residual[at]!) ** 2;
      near += (smooth[c]![i]! / deviations.smooth[at]!) ** 2;
    }
    dst[i] = Math.sqrt(Math.max(own, near));
  }
}

/** Standard deviations from the plate up to which a pixel does not differ from it. */
export const DIFFERS = 3;

/** How a pixel that differs from the plate may still be background. */
export const NO_SHADOW = 0;
/** As dark as a shadow would make it; so may a dark, grey subject. */
const LIKE_SHADOW = 1;
/** Darker than the plate with the plate's own texture in it: a shadow, or a thin dark veil. */
export const TEXTURED_SHADOW = 2;

/** A shadow leaves this share of the light or more, … */
const DARKEST = 0.45;
/** … and one without texture to tell it by this. */
const DARKEST_PLAIN = 0.65;
/** Lighter than this it is none. */
const LIGHTEST = 0.98;
/** What a shadow changes of the colour besides, in standard deviations of three channels together. */
const COLOURED = 4;
/** Part of the light by which a channel may differ from the others: shadows lie in the sky's blue. */
const TINT = 0.025;
/** Texture tells when its variance is this many times the noise's, … */
const TEXTURED = 3;
/** … and correlates with the plate's as well as this. */
const CORRELATED = 0.8;
/** Radius of the windows texture is compared in, pixels. */
const WINDOW = 3;

/**
 * Marks pixels that a shadow on the background would explain: all channels darker by one factor (Horprasert, Harwood and
 * Davis, "A statistical approach for real-time robust background subtraction and shadow detection", ICCV Frame-Rate
 * Workshop 1999), and, where the plate has texture, by the same factor as the texture's contrast.
 *
 * @param dst - receives NO_SHADOW, LIKE_SHADOW or TEXTURED_SHADOW; NO_SHADOW where nothing differs
 * @param distance - `plateDistance`: pixels up to DIFFERS are not looked at
 * @param plate - exposed as the frame is, interleaved R′G′B′
 * @param deviations - of the residual's 3 × 3 mean and of the residual
 */
export function markShadows(
  dst: Uint8Array,
  distance: Float32Array,
  rgb: Uint8Array,
  plate: Float32Array,
  smooth: Residual,
  deviations: { readonly residual: Float64Array; readonly smooth: Float64Array },
  roughness: Uint8Array,
  size: Size,
): void {
  dst.fill(NO_SHADOW);
  for (let i = 0; i < dst.length; i++) {
    if (distance[i]! <= DIFFERS) continue;
    const kind = roughness[i]!;
    let light = 0;
    let sum = 0;
    for (let c = 0; c < 3; c++) {
      sum += plate[3 * i + c]!;
      light += smooth[c]![i]!;
    }
    const factor = 1 + light / Math.max(1, sum);
    if (factor < DARKEST || factor > LIGHTEST) continue;
    let squares = 0;
    for (let c = 0, at = kind; c < 3; c++, at += CLASSES) {
      const expected = (factor - 1) * plate[3 * i + c]!;
      const spread = deviations.smooth[at]! + TINT * plate[3 * i + c]!;
      squares += ((smooth[c]![i]! - expected) / spread) ** 2;
    }
    if (squares > COLOURED * COLOURED) continue;
    const noise = deviations.residual[CLASSES + kind]! ** 2;
    const texture = compareTexture(rgb, plate, size, i);
    if (texture.variance > TEXTURED * noise) {
      const same = texture.correlation > CORRELATED && Math.abs(texture.slope / factor - 1) < 0.25;
      if (same) dst[i] = TEXTURED_SHADOW;
    } else if (factor > DARKEST_PLAIN) dst[i] = LIKE_SHADOW;
  }
}

interface Texture {
  /** Of the plate in the window. */
  readonly variance: number;
  /** Contrast of the frame's texture, as far as it is the plate's, over the plate's. */
  readonly slope: number;
  readonly correlation: number;
}

/** The frame's green channel regressed on the plate's in the window round a pixel. */
function compareTexture(
  rgb: Uint8Array,
  plate: Float32Array,
  { width, height }: Size,
  pixel: number,
): Texture {
  const x = pixel % width;
  const y = (pixel - x) / width;
  const [left, right] = [Math.max(0, x - WINDOW), Math.min(width - 1, x + WINDOW)];
  let [n, p, f, pp, ff, pf] = [0, 0, 0, 0, 0, 0];
  for (let row = Math.max(0, y - WINDOW); row <= Math.min(height - 1, y + WINDOW); row++) {
    for (let at = 3 * (row * width + left) + 1; at <= 3 * (row * width + right) + 1; at += 3) {
      const there = plate[at]!;
      const here = rgb[at]!;
      n += 1;
      p += there;
      f += here;
      pp += there * there;
      ff += here * here;
      pf += there * here;
    }
  }
  const variance = Math.max(1e-6, pp / n - (p / n) ** 2);
  const own = Math.max(1e-6, ff / n - (f / n) ** 2);
  const shared = pf / n - (p / n) * (f / n);
  return { variance, slope: shared / variance, correlation: shared / Math.sqrt(variance * own) };
}
