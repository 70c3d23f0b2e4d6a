import type { Size, Tile } from './tiles.js';

/** How a frame is cut for a network that sees only a few pixels far, pixels. */
export interface StripOptions {
  /** Rows a strip answers for. */
  readonly height: number;
  /** Columns of a strip's input at most. */
  readonly longest: number;
  /** The network's receptive radius: with so much context a strip's result is the whole frame's. */
  readonly margin: number;
}

/**
 * Cuts the unknown region into strips of one height: in every band of rows, the runs of columns that hold an unknown
 * pixel. Runs closer than two margins are one. What strips answer for does not overlap, so their weights are all 1.
 *
 * @param trimap - row-major, 0 background, 255 foreground, 128 unknown
 */
export function planStrips(trimap: Uint8Array, frame: Size, options: StripOptions): Tile[] {
  const { height, longest, margin } = options;
  const occupied = new Uint8Array(frame.width);
  const strips: Tile[] = [];
  for (let top = 0; top < frame.height; top += height) {
    const bottom = Math.min(top + height, frame.height);
    if (!markColumns(occupied, trimap.subarray(top * frame.width, bottom * frame.width), frame.width))
      continue;
    for (let start = occupied.indexOf(1); start !== -1;) {
      const end = runEnd(occupied, start, Math.min(start + longest - 2 * margin, frame.width), 2 * margin);
      strips.push({
        x: start - margin,
        y: top - margin,
        width: end - start + 2 * margin,
        height: height + 2 * margin,
        columns: { start, rise: 0, fall: 0, end },
        rows: { start: top, rise: 0, fall: 0, end: bottom },
      });
      start = occupied.indexOf(1, end);
    }
  }
  return strips;
}

/** Sets `occupied` to 1 in the columns in which `band` has an unknown pixel; false when there is none. */
function markColumns(occupied: Uint8Array, band: Uint8Array, width: number): boolean {
  occupied.fill(0);
  let at = band.indexOf(128);
  if (at === -1) return false;
  for (let column = at % width; at !== -1;) {
    occupied[column] = 1;
    at += 1;
    column = column + 1 === width ? 0 : column + 1;
    if (band[at] === 128) continue;
    at = band.indexOf(128, at);
    column = at % width;
  }
  return true;
}

/** One past the last marked column of the run that begins at `start`, with gaps of at most `gap`, before `limit`. */
function runEnd(occupied: Uint8Array, start: number, limit: number, gap: number): number {
  let end = start + 1;
  for (let x = end; x < limit && x - end <= gap; x += 1) if (occupied[x] === 1) end = x + 1;
  return end;
}
