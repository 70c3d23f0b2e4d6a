import { boxMean } from './box-filter.js';
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
 * @param dst - receives NO_SHADOW, LIKE_SHADOW or TEXTURED_SHADOW
 * @param plate - exposed as the frame is, interleaved R′G′B′
 * @param deviations - of the residual's 3 × 3 mean and of the residual
 */
export function markShadows(
  dst: Uint8Array,
  rgb: Uint8Array,
  plate: Float32Array,
  smooth: Residual,
  deviations: { readonly residual: Float64Array; readonly smooth: Float64Array },
  roughness: Uint8Array,
  size: Size,
  scratch: BoxScratch,
): void {
  const texture = compareTexture(rgb, plate, size, scratch);
  for (let i = 0; i < dst.length; i++) {
    const kind = roughness[i]!;
    let light = 0;
    let sum = 0;
    for (let c = 0; c < 3; c++) {
      sum += plate[3 * i + c]!;
      light += smooth[c]![i]!;
    }
    const factor = 1 + light / Math.max(1, sum);
    dst[i] = NO_SHADOW;
    if (factor < DARKEST || factor > LIGHTEST) continue;
    let squares = 0;
    for (let c = 0, at = kind; c < 3; c++, at += CLASSES) {
      const expected = (factor - 1) * plate[3 * i + c]!;
      const spread = deviations.smooth[at]! + TINT * plate[3 * i + c]!;
      squares += ((smooth[c]![i]! - expected) / spread) ** 2;
    }
    if (squares > COLOURED * COLOURED) continue;
    const noise = deviations.residual[CLASSES + kind]! ** 2;
    if (texture.variance[i]! > TEXTURED * noise) {
      const same = texture.correlation[i]! > CORRELATED && Math.abs(texture.slope[i]! / factor - 1) < 0.25;
      if (same) dst[i] = TEXTURED_SHADOW;
    } else if (factor > DARKEST_PLAIN) dst[i] = LIKE_SHADOW;
  }
}

interface Texture {
  /** Of the plate in the window. */
  readonly variance: Float32Array;
  /** Contrast of the frame's texture, as far as it is the plate's, over the plate's. */
  readonly slope: Float32Array;
  readonly correlation: Float32Array;
}

/** The frame's green channel regressed on the plate's, window by window. */
function compareTexture(rgb: Uint8Array, plate: Float32Array, size: Size, scratch: BoxScratch): Texture {
  const pixels = size.width * size.height;
  const [p, f, pp, ff, pf] = Array.from({ length: 5 }, () => new Float32Array(pixels)) as [
    ...[Float32Array, Float32Array, Float32Array, Float32Array, Float32Array],
  ];
  for (let i = 0, at = 1; i < pixels; i++, at += 3) {
    p[i] = plate[at]!;
    f[i] = rgb[at]!;
    pp[i] = p[i]! * p[i]!;
    ff[i] = f[i]! * f[i]!;
    pf[i] = p[i]! * f[i]!;
  }
  for (const plane of [p, f, pp, ff, pf]) boxMean(plane, plane, scratch.plane, scratch.column, size, WINDOW);
  for (let i = 0; i < pixels; i++) {
    const variance = Math.max(0, pp[i]! - p[i]! * p[i]!);
    const own = Math.max(1e-6, ff[i]! - f[i]! * f[i]!);
    const shared = pf[i]! - p[i]! * f[i]!;
    pp[i] = variance;
    pf[i] = shared / Math.max(1e-6, variance);
    ff[i] = shared / Math.sqrt(Math.max(1e-6, variance) * own);
  }
  return { variance: pp, slope: pf, correlation: ff };
}
