import { paintSegment } from './brush.js';
import { BACKGROUND, FOREGROUND, joinRows, UNKNOWN, type Rows, type Size } from './trimap-edit.js';

/**
 * Makes an unknown band where foreground meets background: every pixel whose centre is at most half the width from
 * a side that a foreground pixel shares with a background pixel.
 *
 * @param bandWidth - pixels across; half of it on either side
 * @returns the rows that have changed
 */
export function drawBand(dst: Uint8Array, size: Size, bandWidth: number): Rows {
  const { width, height } = size;
  const before = dst.slice();
  const parted = (a: number, b: number): boolean => {
    const [one, other] = [before[a]!, before[b]!];
    return (one === FOREGROUND && other === BACKGROUND) || (one === BACKGROUND && other === FOREGROUND);
  };
  let rows: Rows = [0, 0];
  const stamp = (x: number, y: number): void => {
    rows = joinRows(
      rows,
      paintSegment(
        dst,
        size,
        [
          { x, y },
          { x, y },
        ],
        bandWidth,
        UNKNOWN,
      ),
    );
  };
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (x + 1 < width && parted(i, i + 1)) stamp(x + 1, y + 0.5);
      if (y + 1 < height && parted(i, i + width)) stamp(x + 0.5, y + 1);
    }
  }
  return rows;
}
