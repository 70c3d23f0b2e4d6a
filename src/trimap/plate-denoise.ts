import { boxMean } from './box-filter.js';
import type { Size } from './picture.js';

/** How far alike places are looked for, pixels. */
const SEARCH = 5;
/** Radius of the patches that are compared, pixels. */
const PATCH = 1;
/** Width of the weights, in variances of the grain beyond what grain alone makes two patches differ by. */
const TOLERANCE = 0.5;
/** Grain below this is left alone, levels: rounding alone is 0.3. */
const LEAST = 0.8;

/**
 * A plate with less grain: every pixel the mean of those near it whose surroundings look alike (non-local means: Buades,
 * Coll and Morel, "A non-local algorithm for image denoising", CVPR 2005), in place. Grain is measured first; a plate with none
 * stays as it is.
 *
 * @param plate - interleaved R′G′B′, 0..255
 */
export function denoisePlate(plate: Float32Array, size: Size): void {
  const grain = measureGrain(plate, size);
  if (grain < LEAST) return;
  const pixels = size.width * size.height;
  const [distance, spare, weights] = [0, 1, 2].map(() => new Float32Array(pixels)) as [
    ...[Float32Array, Float32Array, Float32Array],
  ];
  const column = new Float64Array(size.width);
  const sums = Float32Array.from(plate);
  weights.fill(1);
  for (let dy = 0; dy <= SEARCH; dy++) {
    for (let dx = dy === 0 ? 1 : -SEARCH; dx <= SEARCH; dx++) {
      squaredDifference(distance, plate, size, dx, dy);
      boxMean(distance, distance, spare, column, size, PATCH);
      accumulate(sums, weights, distance, plate, size, { dx, dy, grain });
    }
  }
  for (let i = 0, at = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++, at++) plate[at] = sums[at]! / weights[i]!;
  }
}

/**
 * Standard deviation of a picture's grain, levels: from the median size of its second differences across and down, which
 * smooth places have none of (after Immerkær, "Fast noise variance estimation", CVIU 64, 1996).
 */
export function measureGrain(rgb: Float32Array, { width, height }: Size): number {
  const PLACES = 4;
  const histogram = new Int32Array(PLACES * 512);
  let count = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let at = 3 * (y * width + 1), end = 3 * ((y + 1) * width - 1); at < end; at++) {
      const up = at - 3 * width;
      const down = at + 3 * width;
      const sides = rgb[at - 3]! + rgb[at + 3]! + rgb[up]! + rgb[down]!;
      const corners = rgb[up - 3]! + rgb[up + 3]! + rgb[down - 3]! + rgb[down + 3]!;
      const place = Math.floor((PLACES / 6) * Math.abs(4 * rgb[at]! - 2 * sides + corners));
      histogram[Math.min(histogram.length - 1, place)]! += 1;
      count += 1;
    }
  }
  let [sum, place] = [0, 0];
  while (sum + histogram[place]! < count / 2) sum += histogram[place++]!;
  return (1.4826 * (place + (count / 2 - sum) / Math.max(1, histogram[place]!))) / PLACES;
}

/** Squared difference of every pixel from the one (dx, dy) from it, mean of the channels; 0 where there is none. */
function squaredDifference(
  dst: Float32Array,
  rgb: Float32Array,
  { width, height }: Size,
  dx: number,
  dy: number,
): void {
  const shift = 3 * (dy * width + dx);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (x + dx < 0 || x + dx >= width || y + dy >= height) {
        dst[i] = 0;
        continue;
      }
      const at = 3 * i;
      const r = rgb[at]! - rgb[at + shift]!;
      const g = rgb[at + 1]! - rgb[at + shift + 1]!;
      const b = rgb[at + 2]! - rgb[at + shift + 2]!;
      dst[i] = (r * r + g * g + b * b) / 3;
    }
  }
}

/** Two pixels that look alike lend each other their colours. */
function accumulate(
  sums: Float32Array,
  weights: Float32Array,
  distance: Float32Array,
  rgb: Float32Array,
  { width, height }: Size,
  { dx, dy, grain }: { readonly dx: number; readonly dy: number; readonly grain: number },
): void {
  const expected = 2 * grain * grain;
  const falloff = 1 / (TOLERANCE * grain * grain);
  const shift = dy * width + dx;
  for (let y = 0; y < height - dy; y++) {
    for (let x = Math.max(0, -dx); x < Math.min(width, width - dx); x++) {
      const i = y * width + x;
      const beyond = (distance[i]! - expected) * falloff;
      if (beyond > 8) continue;
      const weight = beyond > 0 ? Math.exp(-beyond) : 1;
      const j = i + shift;
      weights[i]! += weight;
      weights[j]! += weight;
      for (let c = 0; c < 3; c++) {
        sums[3 * i + c]! += weight * rgb[3 * j + c]!;
        sums[3 * j + c]! += weight * rgb[3 * i + c]!;
      }
    }
  }
}
