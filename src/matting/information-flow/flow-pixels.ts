import type { FrameFormat, FramePlanes } from '../../core/frame.js';
import { findCandidates } from '../knn-candidates.js';
import { rgbMatrix } from '../rgb-matrix.js';
import { readRgb } from '../rgb-pixels.js';

/** Numbers that place a pixel where neighbours are looked for: R′G′B′, then column and row. */
export const FEATURES = 5;

/** The unknown pixels and the known ones near them; the unknown come first, in reading order, in every array. */
export interface FlowPixels {
  readonly width: number;
  readonly height: number;
  /** Positions in the frame. */
  readonly positions: Int32Array;
  /** How many are unknown. */
  readonly unknown: number;
  /** R′G′B′, 0..1, interleaved. */
  readonly rgb: Float32Array;
  /** Of the known ones 0 or 1; of the unknown ones nothing that means anything. */
  readonly alpha: Float32Array;
}

export function readFlowPixels(
  { colour, trimap }: Pick<FramePlanes, 'colour' | 'trimap'>,
  format: FrameFormat,
): FlowPixels {
  const { pixels: positions, unknown } = findCandidates(trimap, format);
  const matrix = rgbMatrix(format);
  const rgb = new Float32Array(3 * positions.length);
  const one = new Float64Array(3);
  const alpha = new Float32Array(positions.length);
  for (let n = 0; n < positions.length; n += 1) {
    const pixel = positions[n]!;
    readRgb(one, colour, matrix, pixel, 1);
    rgb.set(one, 3 * n);
    alpha[n] = trimap[pixel] === 255 ? 1 : 0;
  }
  return { width: format.width, height: format.height, positions, unknown, rgb, alpha };
}

/**
 * Where pixels lie in the space of a search: `FEATURES` numbers each, column and row as shares of the frame's width
 * and height × `spatial`.
 *
 * @param numbers - which, by their place in `pixels`
 */
export function placePixels(
  { width, height, positions, rgb }: FlowPixels,
  numbers: Int32Array,
  spatial: number,
): Float32Array {
  const features = new Float32Array(FEATURES * numbers.length);
  for (let n = 0, to = 0; n < numbers.length; n += 1, to += FEATURES) {
    const number = numbers[n]!;
    const y = Math.floor(positions[number]! / width);
    for (let k = 0; k < 3; k += 1) features[to + k] = rgb[3 * number + k]!;
    features[to + 3] = (spatial * (positions[number]! - y * width)) / width;
    features[to + 4] = (spatial * y) / height;
  }
  return features;
}

/** The numbers of all pixels that are wanted, ascending. */
export function numbersWhere(
  { positions }: Pick<FlowPixels, 'positions'>,
  wanted: (n: number) => boolean,
): Int32Array {
  return Int32Array.from(positions.keys()).filter(wanted);
}
