import { BeliefFilter } from './belief.js';
import { learnColours, type ColourModel } from './colour-model.js';
import { colourEvidence, plateOf, type Plate } from './evidence.js';
import { allocateEnvelopeScratch } from './lower-envelope.js';
import { squaredDistances } from './morphology.js';
import { halfSize, halvePicture, type Size } from './picture.js';
import { softPixels } from './soft-area.js';
import { BACKGROUND, FOREGROUND, UNKNOWN, unknownCount } from './trimap.js';

/** Half the width of the widest band along an outline, as a share of the picture's longer side. */
const BAND_RADIUS = 0.025;

/** All that propagation takes from a keyframe, at half size. */
export interface LearntKeyframe {
  readonly colours: ColourModel;
  readonly plate: Plate;
  /** Probability of foreground: 0 and 1 where known, by place and colour in the band. */
  readonly belief: Float32Array;
  /** 1 inside the parts of the unknown region that are more than a band along an outline, 0 elsewhere. */
  readonly softArea: Float32Array;
  /** Number of pixels inside them. */
  readonly softPixels: number;
  /** Number of unknown pixels. */
  readonly unknown: number;
}

export function learnKeyframe(rgb: Uint8Array, trimap: Uint8Array, size: Size): LearntKeyframe {
  const half = halfSize(size);
  const pixels = half.width * half.height;
  const picture = new Uint8Array(3 * pixels);
  const labels = new Uint8Array(pixels);
  halvePicture(picture, rgb, size);
  halveTrimap(labels, trimap, size);
  const label = new Float32Array(pixels);
  const softArea = new Float32Array(pixels);
  findSoftArea(softArea, labels, half);
  softLabel(label, labels, softArea, half);
  const colours = learnColours(picture, labels, half);
  const colour = new Float32Array(pixels);
  const scratch = { a: new Float32Array(pixels), b: new Float32Array(pixels) };
  colourEvidence(colour, picture, half, colours, [], scratch);
  const belief = new Float32Array(pixels);
  new BeliefFilter(half).begin(belief, label, colour, picture);
  return {
    ...{ colours, plate: plateOf(picture, labels, half), belief, softArea },
    softPixels: softPixels(softArea),
    unknown: unknownCount(labels),
  };
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
 * The outline is taken to run along the band's middle; a soft area may be either.
 *
 * @param label - receives the probability of foreground
 * @param softArea - 1 inside
 */
function softLabel(label: Float32Array, trimap: Uint8Array, softArea: Float32Array, half: Size): void {
  const scratch = allocateEnvelopeScratch(half);
  const toForeground = new Float32Array(trimap.length);
  squaredDistances(label, trimap, half, BACKGROUND, scratch);
  squaredDistances(toForeground, trimap, half, FOREGROUND, scratch);
  for (let i = 0; i < trimap.length; i++) {
    const fromBackground = Math.sqrt(label[i]!);
    label[i] =
      softArea[i]! > 0.5 ? 0.5 : fromBackground / (fromBackground + Math.sqrt(toForeground[i]!) + 1e-6);
  }
}

/**
 * What of the unknown region is too wide for an outline's band: hair, smoke, glass. A morphological opening by a disc of
 * `BAND_RADIUS`; the frame's edge narrows nothing.
 *
 * @param dst - receives 1 inside, 0 elsewhere
 */
function findSoftArea(dst: Float32Array, trimap: Uint8Array, half: Size): void {
  const scratch = allocateEnvelopeScratch(half);
  squaredDistances(dst, trimap, half, UNKNOWN, scratch, true);
  const radius = Math.max(2, Math.round(BAND_RADIUS * Math.max(half.width, half.height)));
  const core = Uint8Array.from(dst, (squares) => (squares > radius * radius ? 1 : 0));
  squaredDistances(dst, core, half, 1, scratch);
  for (let i = 0; i < dst.length; i++) dst[i] = dst[i]! <= radius * radius ? 1 : 0;
}
