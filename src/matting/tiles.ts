import { MatteflowError } from '../core/errors.js';

/** How a frame is cut, pixels. The same for a whole clip, so that tiles of different frames share a batch. */
export interface TileOptions {
  /** Side of a tile's input at most; rounded down to the multiple. Infinity: one tile, the whole frame. */
  readonly tile: number;
  /** Context kept between what a tile contributes and its input's edge (where the frame goes on). */
  readonly margin: number;
  /** Width of the linear cross-fade between neighbours. */
  readonly feather: number;
  /** What the network's input sides are multiples of. */
  readonly multiple: number;
}

/**
 * A tile's share of one axis, frame pixels: its blend weight is 0 before `start` and from `end` on, climbs linearly
 * over the first `rise` pixels, falls over the last `fall`, and is 1 between. May reach past the frame's end.
 */
export interface TileSpan {
  readonly start: number;
  readonly rise: number;
  readonly fall: number;
  readonly end: number;
}

/** One network input: plain data, fit for `postMessage`. The weights of all tiles of a frame sum to 1 at every pixel. */
export interface Tile {
  /** Input rectangle, frame pixels; may stick out at the right and bottom, where the frame is mirrored. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly columns: TileSpan;
  readonly rows: TileSpan;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** One axis of the lattice. */
interface Cut {
  readonly position: number;
  readonly span: TileSpan;
}

/** The input size of every tile of a clip with frames of this size. */
export function tileShape({ width, height }: Size, options: TileOptions): Size {
  return { width: side(width, options), height: side(height, options) };
}

/**
 * The tiles that an unknown pixel draws on, in reading order; none when every pixel is known.
 *
 * Tiles lie on a lattice over the frame padded to the multiple, at positions that are multiples of it themselves, so
 * that a network's pooling grid is the same in a tile as in the whole frame. A frame that fits in one tile is one tile.
 *
 * @param trimap - row-major, 0 background, 255 foreground, 128 unknown
 * @throws MatteflowError `USAGE` when the tile leaves no room beside its margins and feathers
 */
export function planTiles(trimap: Uint8Array, frame: Size, options: TileOptions): Tile[] {
  const shape = tileShape(frame, options);
  const columns = cutAxis(frame.width, shape.width, options);
  const rows = cutAxis(frame.height, shape.height, options);
  const tiles: Tile[] = [];
  for (const row of rows) {
    for (const column of columns) {
      if (!touchesUnknown(trimap, frame, column.span, row.span)) continue;
      tiles.push({ x: column.position, y: row.position, ...shape, columns: column.span, rows: row.span });
    }
  }
  return tiles;
}

/** The blend weight, 0..1, of a tile at a pixel of one axis; a pixel's weight is the product of both axes'. */
export function spanWeight({ start, rise, fall, end }: TileSpan, position: number): number {
  if (position < start || position >= end) return 0;
  if (position < start + rise) return (position - start + 0.5) / rise;
  if (position >= end - fall) return (end - position - 0.5) / fall;
  return 1;
}

function side(length: number, { tile, multiple }: TileOptions): number {
  const padded = Math.ceil(length / multiple) * multiple;
  return tile >= padded ? padded : Math.max(Math.floor(tile / multiple), 1) * multiple;
}

function cutAxis(length: number, size: number, { margin, feather, multiple }: TileOptions): Cut[] {
  const padded = Math.ceil(length / multiple) * multiple;
  if (padded === size) return [{ position: 0, span: { start: 0, rise: 0, fall: 0, end: length } }];
  const overlap = 2 * margin + feather;
  const longest = Math.floor((size - overlap) / multiple);
  // Evenly spread steps are at least half the longest one, rounded up, and must hold a cross-fade.
  const fewest = Math.max(2 * Math.ceil(feather / multiple) - 1, 1);
  if (longest < fewest) throw tooSmall(size, overlap + fewest * multiple, multiple);
  const total = (padded - size) / multiple;
  const steps = Math.ceil(total / longest);
  const positions = Array.from({ length: steps + 1 }, (_, n) => Math.floor((n * total) / steps) * multiple);
  // Neighbours cross-fade in the middle of their overlap.
  const fades = positions.slice(1).map((next, n) => Math.floor((next + positions[n]! + size - feather) / 2));
  return positions.map((position, n) => ({
    position,
    span: {
      start: fades[n - 1] ?? 0,
      rise: n === 0 ? 0 : feather,
      fall: n === steps ? 0 : feather,
      end: n === steps ? length : fades[n]! + feather,
    },
  }));
}

function tooSmall(size: number, needed: number, multiple: number): MatteflowError {
  return new MatteflowError('USAGE', {
    what: 'the tile leaves no room beside its margins',
    seen: `a tile of ${size} pixels`,
    expected: `at least ${Math.ceil(needed / multiple) * multiple}`,
    remedy: 'Choose larger tiles',
  });
}

/** Searches row by row with the engine's own byte search; what is known of the next unknown pixel skips rows. */
function touchesUnknown(trimap: Uint8Array, frame: Size, columns: TileSpan, rows: TileSpan): boolean {
  const left = columns.start;
  const right = Math.min(columns.end, frame.width);
  const bottom = Math.min(rows.end, frame.height);
  if (left >= right || rows.start >= bottom) return false;
  const band = trimap.subarray(0, bottom * frame.width);
  let next = -1;
  for (let y = rows.start; y < bottom; y += 1) {
    const row = y * frame.width;
    if (next < row + left) next = band.indexOf(128, row + left);
    if (next === -1) return false;
    if (next < row + right) return true;
  }
  return false;
}
