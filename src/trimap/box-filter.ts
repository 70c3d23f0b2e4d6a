import type { Size } from './picture.js';

/**
 * Mean over a (2·radius + 1)² window cut off at the borders: the sum of what lies inside over the number of
 * pixels that do. Running sums, so the cost does not depend on the radius. `dst` may be `src`.
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
  for (let y = 0; y < height; y++) meanAlongRow(scratch, src, y * width, width, radius);
  column.fill(0, 0, width);
  for (let y = 0; y < Math.min(radius, height); y++) {
    for (let x = 0, p = y * width; x < width; x++, p++) column[x]! += scratch[p]!;
  }
  for (let y = 0; y < height; y++) {
    const scale = 1 / (Math.min(height - 1, y + radius) - Math.max(0, y - radius) + 1);
    const entering = (y + radius) * width;
    const leaving = (y - radius - 1) * width;
    const row = y * width;
    if (y + radius < height && y > radius) {
      for (let x = 0; x < width; x++) {
        const sum = column[x]! + (scratch[entering + x]! - scratch[leaving + x]!);
        column[x] = sum;
        dst[row + x] = sum * scale;
      }
      continue;
    }
    for (let x = 0; x < width; x++) {
      let sum = column[x]!;
      if (y + radius < height) sum += scratch[entering + x]!;
      if (y > radius) sum -= scratch[leaving + x]!;
      column[x] = sum;
      dst[row + x] = sum * scale;
    }
  }
}

function meanAlongRow(
  dst: Float32Array,
  src: Float32Array,
  row: number,
  width: number,
  radius: number,
): void {
  let sum = 0;
  for (let x = 0; x < Math.min(radius, width); x++) sum += src[row + x]!;
  const inner = 1 / (2 * radius + 1);
  // Pixels whose window is whole, from the first to one past the last; none in a narrow picture.
  const first = radius + 1;
  const end = Math.max(first, width - radius);
  for (let x = 0; x < Math.min(first, width); x++) {
    if (x + radius < width) sum += src[row + x + radius]!;
    dst[row + x] = sum / (Math.min(width - 1, x + radius) + 1);
  }
  let entering = row + first + radius;
  let leaving = row;
  for (let p = row + first; p < row + end; p++) {
    sum += src[entering++]! - src[leaving++]!;
    dst[p] = sum * inner;
  }
  for (let x = end; x < width; x++) {
    sum -= src[row + x - radius - 1]!;
    dst[row + x] = sum / (width - x + radius);
  }
}
