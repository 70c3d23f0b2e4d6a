import type { Affine } from './camera-motion.js';
import { colourLikelihoods, type ColourModel } from './colour-model.js';
import type { Size } from './picture.js';

/**
 * A keyframe's known background as a clean plate: for every pixel the range of colours in its 3 × 3
 * neighbourhood, so that a plate a fraction of a pixel off still matches. `known` is 1 where the whole
 * neighbourhood is background.
 */
export interface Plate {
  readonly low: Uint8Array;
  readonly high: Uint8Array;
  readonly known: Uint8Array;
}

export function plateOf(rgb: Uint8Array, trimap: Uint8Array, { width, height }: Size): Plate {
  const plate: Plate = {
    low: new Uint8Array(rgb.length),
    high: new Uint8Array(rgb.length),
    known: new Uint8Array(trimap.length),
  };
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      let known = 1;
      const low = [255, 255, 255];
      const high = [0, 0, 0];
      for (let j = Math.max(0, y - 1); j <= Math.min(height - 1, y + 1); j++) {
        for (let k = Math.max(0, x - 1); k <= Math.min(width - 1, x + 1); k++) {
          const n = j * width + k;
          if (trimap[n] !== 0) known = 0;
          for (let c = 0; c < 3; c++) {
            const value = rgb[3 * n + c]!;
            if (value < low[c]!) low[c] = value;
            if (value > high[c]!) high[c] = value;
          }
        }
      }
      plate.known[i] = known;
      plate.low.set(low, 3 * i);
      plate.high.set(high, 3 * i);
    }
  }
  return plate;
}

/** A colour this far (R′G′B′ distance, 0..441) outside the plate's range is 0.6 as likely as one inside. */
const PLATE_SIGMA = 3;
/** By the squared distance, as far as it makes a difference. */
const LIKELY: Float32Array = Float32Array.from({ length: 500 }, (_, squares) =>
  Math.exp(-squares / (2 * PLATE_SIGMA * PLATE_SIGMA)),
);
/** Share of background pixels that do not look like the plate although it covers them: whatever moves there. */
const MOVING_SHARE = 0.1;
/** Likelihood of a colour neither side explains; keeps unexplained pixels undecided. */
const UNEXPLAINED = 0.01;

/** What one keyframe offers to a frame: its plate, and where this frame's pixels lie in it. */
export interface PlateView {
  readonly plate: Plate;
  readonly motion: Affine;
}

/**
 * How likely each pixel is foreground by its colour alone, 0..1: the keyframes' colours around the place
 * against the background's, which where a plate shows it is the plate's own colour or else something moving.
 *
 * @param dst - receives the probability
 * @param scratch - two planes
 */
export function colourEvidence(
  dst: Float32Array,
  rgb: Uint8Array,
  size: Size,
  colours: ColourModel,
  views: readonly PlateView[],
  scratch: { readonly a: Float32Array; readonly b: Float32Array },
): void {
  colourLikelihoods(scratch.a, scratch.b, rgb, colours, size);
  dst.fill(-1);
  for (const view of views) matchPlate(dst, rgb, size, view);
  for (let i = 0; i < dst.length; i++) {
    const match = dst[i]!;
    const f = scratch.a[i]! + UNEXPLAINED;
    const moving = scratch.b[i]!;
    const b = (match < 0 ? moving : (1 - MOVING_SHARE) * match + MOVING_SHARE * moving) + UNEXPLAINED;
    dst[i] = f / (f + b);
  }
}

/** Raises `dst` to how likely the plate has each pixel's colour, 0..1, where it shows the place. */
function matchPlate(
  dst: Float32Array,
  rgb: Uint8Array,
  { width, height }: Size,
  { plate, motion }: PlateView,
): void {
  const { known, low, high } = plate;
  for (let y = 0, i = 0; y < height; y++) {
    const x0 = motion.xy * y + motion.x0 + 0.5;
    const y0 = motion.yy * y + motion.y0 + 0.5;
    for (let x = 0; x < width; x++, i++) {
      const px = Math.floor(motion.xx * x + x0);
      const py = Math.floor(motion.yx * x + y0);
      if (px < 0 || py < 0 || px >= width || py >= height) continue;
      const p = py * width + px;
      if (known[p] === 0) continue;
      const red = outside(rgb[3 * i]!, low[3 * p]!, high[3 * p]!);
      const green = outside(rgb[3 * i + 1]!, low[3 * p + 1]!, high[3 * p + 1]!);
      const blue = outside(rgb[3 * i + 2]!, low[3 * p + 2]!, high[3 * p + 2]!);
      const squares = red * red + green * green + blue * blue;
      const likely = squares < LIKELY.length ? LIKELY[squares]! : 0;
      if (likely > dst[i]!) dst[i] = likely;
    }
  }
}

/** How far a value is outside a range. */
function outside(value: number, low: number, high: number): number {
  return value < low ? low - value : value > high ? value - high : 0;
}
