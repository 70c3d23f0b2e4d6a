/** A row-major grid with a border of at least one cell: cell (x, y) lies at `origin + y·stride + x`. */
export interface GridShape {
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly origin: number;
}

/**
 * Turns seeds into distances in place: cells that hold 0 stay, every other one gets its chessboard distance to the
 * nearest 0, in cells, at most 255. Two sweeps of the eight-neighbour transform, exact for this metric
 * (Rosenfeld and Pfaltz, "Distance functions on digital pictures", 1968).
 *
 * @param distance - 0 or 255 on entry; border cells hold 255 and are not written
 */
export function chessboardDistance(distance: Uint8Array, { width, height, stride, origin }: GridShape): void {
  for (let y = 0; y < height; y += 1) {
    for (let c = origin + y * stride, end = c + width; c < end; c += 1) {
      const above = c - stride;
      const near = Math.min(distance[c - 1]!, distance[above - 1]!, distance[above]!, distance[above + 1]!);
      distance[c] = Math.min(distance[c]!, near + 1);
    }
  }
  for (let y = height - 1; y >= 0; y -= 1) {
    const start = origin + y * stride;
    for (let c = start + width - 1; c >= start; c -= 1) {
      const below = c + stride;
      const near = Math.min(distance[c + 1]!, distance[below - 1]!, distance[below]!, distance[below + 1]!);
      distance[c] = Math.min(distance[c]!, near + 1);
    }
  }
}
