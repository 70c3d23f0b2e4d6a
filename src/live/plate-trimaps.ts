import { allocateBandScratch, deriveTrimap, type BandScratch } from '../trimap/band.js';
import { boxMean } from '../trimap/box-filter.js';
import { halfSize, type Size } from '../trimap/picture.js';
import type { LiveTrimaps } from './trimap-source.js';

/** Differences from the plate, in multiples of its noise, that are surely background and surely not. */
const DOUBT = [2.5, 12] as const;
/** Least noise, in steps of 255: what compression leaves of a still picture. */
const LEAST_NOISE = 1.5;
/** Pixels over which a difference is averaged, to either side: noise is gone, outlines are not. */
const RADIUS = 1;

/** The picture without the subject, as the mean of several frames, and how much they differed. */
export interface MeasuredPlate {
  /** Interleaved R′G′B′, 0..255. */
  readonly mean: Float32Array;
  /** Standard deviation of a sample, 0..255. */
  readonly noise: number;
}

/** Measures a plate from frames that show it: their mean, and the noise round it. @param frames - at least two */
export function measurePlate(frames: readonly Uint8Array[]): MeasuredPlate {
  const samples = frames[0]!.length;
  const mean = new Float32Array(samples);
  for (const frame of frames) {
    for (let i = 0; i < samples; i++) mean[i]! += frame[i]! / frames.length;
  }
  let squares = 0;
  for (const frame of frames) {
    for (let i = 0; i < samples; i++) squares += (frame[i]! - mean[i]!) ** 2;
  }
  const freedom = samples * Math.max(1, frames.length - 1);
  return { mean, noise: Math.max(LEAST_NOISE, Math.sqrt(squares / freedom)) };
}

/**
 * Trimaps of a locked camera from the clean plate: what differs from it is foreground. A change of light that is the same
 * all over is measured on what looked like background before, and taken out.
 */
export class PlateTrimaps implements LiveTrimaps {
  readonly #plate: MeasuredPlate;
  readonly #size: Size;
  readonly #difference: Float32Array;
  readonly #spare: Float32Array;
  readonly #row: Float64Array;
  /** None: the plate shows for itself what is soft. */
  readonly #softArea: Float32Array;
  readonly #band: BandScratch;
  /** Where the last frame was surely background. */
  readonly #background: Uint8Array;

  constructor(plate: MeasuredPlate, size: Size) {
    const pixels = size.width * size.height;
    const half = halfSize(size);
    this.#plate = plate;
    this.#size = size;
    this.#difference = new Float32Array(pixels);
    this.#spare = new Float32Array(pixels);
    this.#row = new Float64Array(size.width);
    this.#softArea = new Float32Array(half.width * half.height);
    this.#band = allocateBandScratch(size);
    this.#background = new Uint8Array(pixels).fill(1);
  }

  next(dst: Uint8Array, rgb: Uint8Array): void {
    const { mean, noise } = this.#plate;
    const difference = this.#difference;
    const gains = this.#gains(rgb);
    for (let i = 0, at = 0; i < difference.length; i++, at += 3) {
      const r = rgb[at]! - gains[0] * mean[at]!;
      const g = rgb[at + 1]! - gains[1] * mean[at + 1]!;
      const b = rgb[at + 2]! - gains[2] * mean[at + 2]!;
      difference[i] = Math.sqrt((r * r + g * g + b * b) / 3);
    }
    boxMean(difference, difference, this.#spare, this.#row, this.#size, RADIUS);
    const [low, high] = DOUBT;
    for (let i = 0; i < difference.length; i++) {
      const sure = (difference[i]! / noise - low) / (high - low);
      difference[i] = Math.max(0, Math.min(1, sure));
    }
    deriveTrimap(dst, difference, this.#softArea, this.#size, 'between', this.#band);
    for (let i = 0; i < dst.length; i++) this.#background[i] = dst[i] === 0 ? 1 : 0;
  }

  learn(): void {
    // The plate says it all.
  }

  /** By how much each channel is brighter than the plate, over the last frame's background. */
  #gains(rgb: Uint8Array): [number, number, number] {
    const sums = [0, 0, 0, 0, 0, 0, 0, 0, 0];
    for (let i = 0, at = 0; i < this.#background.length; i++, at += 3) {
      if (this.#background[i] === 0) continue;
      for (let c = 0; c < 3; c++) {
        const plate = this.#plate.mean[at + c]!;
        const seen = rgb[at + c]!;
        // Someone who has just stepped in is no change of light.
        if (Math.abs(seen - plate) > 24) continue;
        sums[c]! += seen * plate;
        sums[3 + c]! += plate * plate;
        sums[6 + c]! += 1;
      }
    }
    const few = this.#background.length / 20;
    const gain = (c: number): number => (sums[6 + c]! > few ? sums[c]! / (sums[3 + c]! + 1) : 1);
    return [gain(0), gain(1), gain(2)];
  }
}
