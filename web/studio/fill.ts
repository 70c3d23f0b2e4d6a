import type { Point } from './brush.js';
import type { Rows, Size } from './trimap-edit.js';

/**
 * Gives the area round a pixel another value: all that have its value and can be reached from it through their four
 * neighbours.
 *
 * @returns the rows that have changed
 */
export function fillArea(dst: Uint8Array, { width, height }: Size, at: Point, value: number): Rows {
  const [column, row] = [Math.floor(at.x), Math.floor(at.y)];
  if (column < 0 || row < 0 || column >= width || row >= height) return [0, 0];
  const old = dst[row * width + column]!;
  if (old === value) return [0, 0];
  let [top, bottom] = [row, row + 1];
  // Whole pieces of rows at a time; each looks for its neighbours above and below.
  const waiting = [row * width + column];
  for (let seed = waiting.pop(); seed !== undefined; seed = waiting.pop()) {
    if (dst[seed] !== old) continue;
    const y = Math.floor(seed / width);
    let [from, to] = [seed, seed + 1];
    while (from > y * width && dst[from - 1] === old) from--;
    while (to < (y + 1) * width && dst[to] === old) to++;
    dst.fill(value, from, to);
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y + 1)];
    if (y > 0) addPieces(waiting, dst, from - width, to - width, old);
    if (y + 1 < height) addPieces(waiting, dst, from + width, to + width, old);
  }
  return [top, bottom];
}

/** The first pixel of each piece of a row that has the value. */
function addPieces(waiting: number[], dst: Uint8Array, from: number, to: number, value: number): void {
  for (let i = from; i < to; i++) {
    if (dst[i] === value && (i === from || dst[i - 1] !== value)) waiting.push(i);
  }
}
