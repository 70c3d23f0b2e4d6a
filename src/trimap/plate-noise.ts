import type { Size } from './picture.js';

/** A picture's samples less the plate's, a plane a channel, levels of 255. */
export type Residual = readonly [Float32Array, Float32Array, Float32Array];

/** Upper ends of the classes of roughness: the plate's steepest slope near a pixel, levels a pixel; the last has none. */
const SLOPES = [2, 4, 8, 16, 32] as const;
/** Classes of roughness. */
export const CLASSES: number = SLOPES.length + 1;
/** Histogram places a level, and the largest difference it tells. */
const PLACES = 8;
const LARGEST = 64;
const LENGTH: number = PLACES * LARGEST;
/** Pixels that take part, about. */
const SAMPLES = 100_000;
/** Differences of more standard deviations are not noise. */
const CUT = 3;
const ROUNDS = 6;
/** A class with fewer samples takes what the one before has, and half as much more. */
const FEWEST = 200;
/** No camera is quieter, levels: rounding alone is 0.3. */
const LEAST = 0.7;
/** A plate misplaced by this share of a pixel is off by as much of its slope; noise cannot grow faster than that. */
const MISPLACED = 0.75;

/**
 * The class of roughness of every pixel: the steepest slope of the plate in its 3 × 3 neighbourhood, where the smallest
 * misplacement shows.
 *
 * @param plate - R′G′B′ interleaved, 0..255
 */
export function classifyRoughness(dst: Uint8Array, plate: Float32Array, { width, height }: Size): void {
  const slope = (i: number, step: number): number => {
    let steepest = 0;
    for (let c = 0; c < 3; c++) {
      steepest = Math.max(steepest, Math.abs(plate[3 * (i + step) + c]! - plate[3 * i + c]!));
    }
    return steepest;
  };
  dst.fill(0);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const across = x + 1 < width ? slope(i, 1) : 0;
      const down = y + 1 < height ? slope(i, width) : 0;
      const kind = classOf(Math.max(across, down));
      if (kind === 0) continue;
      for (let j = Math.max(0, y - 1); j <= Math.min(height - 1, y + 1); j++) {
        for (let k = Math.max(0, x - 1); k <= Math.min(width - 1, x + 1); k++) {
          if (dst[j * width + k]! < kind) dst[j * width + k] = kind;
        }
      }
    }
  }
}

function classOf(slope: number): number {
  let kind = 0;
  while (kind < SLOPES.length && slope > SLOPES[kind]!) kind++;
  return kind;
}

/**
 * How far a frame's background strays from the plate, as a standard deviation for each channel and class of roughness:
 * from the median of the differences that are themselves within three deviations, so that what is not background hardly
 * counts. Grain of both pictures, coding and what is left of misplacement are all in it.
 *
 * @param use - 1 for pixels that may be background
 * @returns levels of 255; channel c's class k at `c · CLASSES + k`
 */
export function measureNoise(residual: Residual, use: Uint8Array, roughness: Uint8Array): Float64Array {
  const deviations = new Float64Array(3 * CLASSES);
  // Odd, so that samples are not all of a few columns.
  const spacing = 2 * Math.floor(use.length / SAMPLES / 2) + 1;
  for (let c = 0; c < 3; c++) {
    const histograms = new Int32Array(CLASSES * LENGTH);
    const plane = residual[c]!;
    for (let i = 0; i < plane.length; i += spacing) {
      if (use[i] === 0) continue;
      const place = Math.floor(Math.abs(plane[i]!) * PLACES);
      if (place < LENGTH) histograms[roughness[i]! * LENGTH + place]! += 1;
    }
    const measured = Array.from({ length: CLASSES }, (_, k) =>
      deviationOf(histograms.subarray(k * LENGTH, (k + 1) * LENGTH)),
    );
    let before = Math.max(LEAST, measured.find((deviation) => deviation !== undefined) ?? 0);
    measured.forEach((deviation, k) => {
      const most = before + (k === 0 ? 0 : MISPLACED * SLOPES[k - 1]!);
      before = Math.max(before, Math.min(most, deviation ?? 1.5 * before));
      deviations[c * CLASSES + k] = before;
    });
  }
  return deviations;
}

/** Undefined for too few samples. */
function deviationOf(histogram: Int32Array): number | undefined {
  let limit = histogram.length;
  let deviation = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let total = 0;
    for (let place = 0; place < limit; place++) total += histogram[place]!;
    if (total < FEWEST) return deviation || undefined;
    // The median of a normal distribution cut at three deviations lies where the whole one's does, nearly.
    let [sum, place] = [0, 0];
    while (sum + histogram[place]! < total / 2) sum += histogram[place++]!;
    deviation = (1.4826 * (place + (total / 2 - sum) / histogram[place]!)) / PLACES;
    limit = Math.min(histogram.length, Math.ceil(CUT * deviation * PLACES) + 1);
  }
  return deviation;
}
