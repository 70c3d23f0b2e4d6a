import type { Size } from './picture.js';

/**
 * Mean over a (2·radius + 1)² window cut off at the borders: the sum of what lies inside over the number of pixels that do.
 * Two running sums, so the cost does not depend on the radius. `dst` may be `src`.
 *
 * @param scratch - as long as the picture
 * @param column - at least `width` long
 */
export function boxMean(
  dst: Float32Array,
  src: Float32Array,
  scratch: Float32Array,
  column: Float64Array,
  { width, height }: Size,
  radius: number,
): void {
  for (let y = 0; y < height; y++) {
    const row = y * width;
    let sum = 0;
    const lead = Math.min(radius, width);
    for (let x = 0; x < lead; x++) sum += src[row + x]!;
    for (let x = 0; x < width; x++) {
      if (x + radius < width) sum += src[row + x + radius]!;
      if (x > radius) sum -= src[row + x - radius - 1]!;
      scratch[row + x] = sum / (Math.min(width - 1, x + radius) - Math.max(0, x - radius) + 1);
    }
  }
  column.fill(0, 0, width);
  const lead = Math.min(radius, height);
  for (let y = 0; y < lead; y++) addRow(column, scratch, y * width, width, 1);
  for (let y = 0; y < height; y++) {
    if (y + radius < height) addRow(column, scratch, (y + radius) * width, width, 1);
    if (y > radius) addRow(column, scratch, (y - radius - 1) * width, width, -1);
    const scale = 1 / (Math.min(height - 1, y + radius) - Math.max(0, y - radius) + 1);
    const row = y * width;
    for (let x = 0; x < width; x++) dst[row + x] = column[x]! * scale;
  }
}

function addRow(column: Float64Array, rows: Float32Array, start: number, width: number, sign: number): void {
  for (let x = 0; x < width; x++) column[x]! += sign * rows[start + x]!;
}
