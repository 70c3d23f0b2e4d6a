import type { Size } from './picture.js';

/** Per channel: a frame's background is `gain · plate + offset`, samples 0..255. */
export interface Exposure {
  readonly gain: readonly [number, number, number];
  readonly offset: readonly [number, number, number];
}

/** Pixels on a lattice that take part, about. */
const SAMPLES = 6000;
const ROUNDS = 8;
/** Samples nearer to black or white than this may be clipped and take no part. */
const CLIPPED = 4;
/** Difference at which a pixel counts a quarter, first and last round, levels of 255. */
const FIRST_SCALE = 24;
const LAST_SCALE = 5;
/** An offset of this many levels costs as much as that difference at every pixel of the last round. */
const LIKELY_OFFSET = 40;

/**
 * The exposure and white balance of a frame against the plate, fitted to its background: least squares, reweighted with
 * Geman and McClure's weights, whose scale shrinks so that what is not background drops out. Offsets are held back a
 * little: a plate of one brightness cannot tell them from gains.
 *
 * @param start - luma's gain and offset
 * @param plate - R′G′B′ interleaved, as the frame's camera sees it
 * @param use - 1 for pixels that take part
 */
export function fitExposure(
  start: { readonly gain: number; readonly offset: number },
  rgb: Uint8Array,
  plate: Float32Array,
  use: Uint8Array,
  size: Size,
): Exposure {
  const gain: [number, number, number] = [start.gain, start.gain, start.gain];
  const offset: [number, number, number] = [start.offset, start.offset, start.offset];
  for (let round = 0; round < ROUNDS; round++) {
    const scale = Math.max(LAST_SCALE, FIRST_SCALE * 0.7 ** round);
    const sums = weightedSums(rgb, plate, use, size, { gain, offset }, scale);
    for (const c of [0, 1, 2] as const) solve(c, sums, gain, offset);
  }
  return { gain, offset };
}

/** Per channel Σw, Σw·p, Σw·p², Σw·i, Σw·p·i of plate p and frame i. */
const SUMS = 5;

function weightedSums(
  rgb: Uint8Array,
  plate: Float32Array,
  use: Uint8Array,
  { width, height }: Size,
  { gain, offset }: Exposure,
  scale: number,
): Float64Array {
  const sums = new Float64Array(3 * SUMS);
  const spacing = Math.max(1, Math.floor(Math.sqrt((width * height) / SAMPLES)));
  for (let y = 0; y < height; y += spacing) {
    for (let x = 0; x < width; x += spacing) {
      const i = y * width + x;
      if (use[i] === 0 || isClipped(rgb, 3 * i)) continue;
      let squares = 0;
      for (let c = 0; c < 3; c++) {
        squares += (gain[c]! * plate[3 * i + c]! + offset[c]! - rgb[3 * i + c]!) ** 2;
      }
      const weight = 1 / (1 + squares / (3 * scale * scale)) ** 2;
      for (let c = 0, at = 0; c < 3; c++, at += SUMS) {
        const p = plate[3 * i + c]!;
        const value = rgb[3 * i + c]!;
        sums[at]! += weight;
        sums[at + 1]! += weight * p;
        sums[at + 2]! += weight * p * p;
        sums[at + 3]! += weight * value;
        sums[at + 4]! += weight * p * value;
      }
    }
  }
  return sums;
}

function isClipped(rgb: Uint8Array, at: number): boolean {
  for (let c = at; c < at + 3; c++) if (rgb[c]! < CLIPPED || rgb[c]! > 255 - CLIPPED) return true;
  return false;
}

function solve(
  channel: 0 | 1 | 2,
  sums: Float64Array,
  gain: [number, number, number],
  offset: [number, number, number],
): void {
  const [w, p, pp, i, pi] = sums.subarray(channel * SUMS, (channel + 1) * SUMS) as unknown as [
    ...[number, number, number, number, number],
  ];
  const held = w * (1 + (LAST_SCALE / LIKELY_OFFSET) ** 2);
  const determinant = pp * held - p * p;
  if (!(determinant > 1e-9 * pp * held)) return;
  gain[channel] = (pi * held - p * i) / determinant;
  offset[channel] = (pp * i - p * pi) / determinant;
}
