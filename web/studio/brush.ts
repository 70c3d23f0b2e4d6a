import type { Rows, Size } from './trimap-edit.js';

/** In pixels of the picture; a pixel's centre lies at its position plus a half. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What a brush leaves: one value, or at each pixel what another trimap has there, as an eraser does. */
export type Paint = number | Uint8Array;

/**
 * Draws a straight piece of a stroke: every pixel whose centre is at most half a diameter from the line between two
 * points. The pixel under each end is always painted, however small the brush.
 *
 * @param diameter - pixels
 * @returns the rows that may have changed
 */
export function paintSegment(
  dst: Uint8Array,
  size: Size,
  [from, to]: readonly [Point, Point],
  diameter: number,
  paint: Paint,
): Rows {
  const reach = distanceSquaredTo(from, to);
  const limit = (diameter / 2) ** 2;
  const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - diameter / 2));
  const right = Math.min(size.width, Math.ceil(Math.max(from.x, to.x) + diameter / 2));
  const top = Math.max(0, Math.floor(Math.min(from.y, to.y) - diameter / 2));
  const bottom = Math.min(size.height, Math.ceil(Math.max(from.y, to.y) + diameter / 2));
  for (let y = top; y < bottom; y++) {
    // The shape is convex, so that a row of it is one piece.
    let [first, end] = [left, right];
    while (first < end && reach(first + 0.5, y + 0.5) > limit) first++;
    while (end > first && reach(end - 0.5, y + 0.5) > limit) end--;
    fillRow(dst, y * size.width + first, y * size.width + end, paint);
  }
  for (const { x, y } of [from, to]) {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    if (column < 0 || row < 0 || column >= size.width || row >= size.height) continue;
    fillRow(dst, row * size.width + column, row * size.width + column + 1, paint);
  }
  return [Math.min(top, size.height), Math.max(bottom, 0)];
}

function fillRow(dst: Uint8Array, from: number, to: number, paint: Paint): void {
  if (typeof paint === 'number') dst.fill(paint, from, to);
  else dst.set(paint.subarray(from, to), from);
}

/** The squared distance of a point from a line between two. */
function distanceSquaredTo(from: Point, to: Point): (x: number, y: number) => number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const squared = dx * dx + dy * dy;
  return (x, y) => {
    const along = squared > 0 ? ((x - from.x) * dx + (y - from.y) * dy) / squared : 0;
    const t = Math.min(1, Math.max(0, along));
    return (x - from.x - t * dx) ** 2 + (y - from.y - t * dy) ** 2;
  };
}
