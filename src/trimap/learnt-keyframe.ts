import { BeliefFilter } from './belief.js';
import { boxMean } from './box-filter.js';
import { learnColours, type ColourModel } from './colour-model.js';
import { colourEvidence, plateOf, type Plate } from './evidence.js';
import { squaredDistances, allocateDistanceScratch } from './morphology.js';
import { halfSize, halvePicture, type Size } from './picture.js';

/** Pixels of the half-size picture over which the band's width is averaged. */
const WIDTH_RADIUS = 20;

/** All that propagation takes from a keyframe, at half size. */
export interface LearntKeyframe {
  readonly colours: ColourModel;
  readonly plate: Plate;
  /** Probability of foreground: 0 and 1 where known, by place and colour in the band. */
  readonly belief: Float32Array;
  /** Half the width of the unknown band in pixels of the full picture, averaged nearby; defined everywhere. */
  readonly halfWidth: Float32Array;
}

export function learnKeyframe(rgb: Uint8Array, trimap: Uint8Array, size: Size): LearntKeyframe {
  const half = halfSize(size);
  const pixels = half.width * half.height;
  const picture = new Uint8Array(3 * pixels);
  const labels = new Uint8Array(pixels);
  halvePicture(picture, rgb, size);
  halveTrimap(labels, trimap, size);
  const label = new Float32Array(pixels);
  const halfWidth = new Float32Array(pixels);
  softLabel(label, halfWidth, labels, half);
  averageWidth(halfWidth, half);
  const colours = learnColours(picture, labels, half);
  const colour = new Float32Array(pixels);
  const scratch = { a: new Float32Array(pixels), b: new Float32Array(pixels) };
  colourEvidence(colour, picture, half, colours, [], scratch);
  const belief = new Float32Array(pixels);
  new BeliefFilter(half).begin(belief, label, colour, picture);
  return { colours, plate: plateOf(picture, labels, half), belief, halfWidth };
}

/** A half-size pixel is known where its four pixels agree. */
function halveTrimap(dst: Uint8Array, trimap: Uint8Array, size: Size): void {
  const half = halfSize(size);
  for (let y = 0, i = 0; y < half.height; y++) {
    const top = 2 * y * size.width;
    const bottom = Math.min(2 * y + 1, size.height - 1) * size.width;
    for (let x = 0; x < half.width; x++, i++) {
      const right = Math.min(2 * x + 1, size.width - 1);
      const value = trimap[top + 2 * x]!;
      const same =
        value === trimap[top + right] && value === trimap[bottom + 2 * x] && value === trimap[bottom + right];
      dst[i] = same ? value : 128;
    }
  }
}

/**
 * The outline is taken to run along the band's middle.
 *
 * @param label - receives the probability of foreground
 * @param halfWidth - receives half the band's width in full-size pixels; 0 where known
 */
function softLabel(label: Float32Array, halfWidth: Float32Array, trimap: Uint8Array, half: Size): void {
  const scratch = allocateDistanceScratch(half);
  squaredDistances(label, trimap, half, 0, scratch);
  squaredDistances(halfWidth, trimap, half, 255, scratch);
  const widest = Math.max(half.width, half.height);
  for (let i = 0; i < trimap.length; i++) {
    // A band that meets only one side (at the frame's edge, say) is as wide as twice the way to that side.
    const toBackground = Math.min(widest, Math.sqrt(label[i]!));
    const toForeground = Math.min(widest, Math.sqrt(halfWidth[i]!));
    label[i] = toBackground / (toBackground + toForeground + 1e-6);
    const width = Math.min(toBackground + toForeground, 2 * Math.min(toBackground, toForeground) + 8);
    // Both ways are in half-size pixels and half of their sum is wanted in full-size ones.
    halfWidth[i] = trimap[i] === 128 ? width : 0;
  }
}

/**
 * Spreads the band's width to every pixel: the mean over the band nearby, over the whole band where none is
 * near.
 */
function averageWidth(halfWidth: Float32Array, half: Size): void {
  const present = new Float32Array(halfWidth.length);
  const scratch = new Float32Array(halfWidth.length);
  const row = new Float64Array(half.width);
  let sum = 0;
  let count = 1e-6;
  for (let i = 0; i < halfWidth.length; i++) {
    if (halfWidth[i] === 0) continue;
    present[i] = 1;
    sum += halfWidth[i]!;
    count += 1;
  }
  const overall = sum / count;
  boxMean(halfWidth, halfWidth, scratch, row, half, WIDTH_RADIUS);
  boxMean(present, present, scratch, row, half, WIDTH_RADIUS);
  for (let i = 0; i < halfWidth.length; i++) {
    halfWidth[i] = (halfWidth[i]! + 0.01 * overall) / (present[i]! + 0.01);
  }
}
