import { MatteflowError } from '../core/errors.js';

/** How one stage cuts frames into tiles. */
export interface TilePlan {
  /** Side of a tile, pixels; tiles are smaller only where the frame is. */
  readonly tile: number;
  /** Context the network needs around the pixels that are kept, pixels. */
  readonly margin: number;
  /** Pixels over which neighbouring tiles fade into each other. */
  readonly feather: number;
  /** Sides and origins are multiples of this, so that a network's pooling falls as it does on the whole frame. */
  readonly multiple: number;
}

/**
 * One axis of a tile. Its weight rises from 0 to 1 over `feather` pixels from `rise` on and falls likewise up to `fall`;
 * at the frame's border it is 1 throughout (∓Infinity). Frame coordinates, pixel edges.
 */
export interface TileSpan {
  readonly start: number;
  readonly length: number;
  readonly rise: number;
  readonly fall: number;
}

/** A rectangle that goes through the network. It may reach past the frame's right and bottom, where pixels are mirrored. */
export interface Tile {
  readonly x: TileSpan;
  readonly y: TileSpan;
  readonly feather: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** @throws `USAGE` when a tile has no room for its margins */
export function checkTilePlan({ tile, margin, feather, multiple }: TilePlan): void {
  if (stride(tile, margin, feather, multiple) > 0) return;
  throw new MatteflowError('USAGE', {
    what: 'the tile is all margin',
    seen: `${tile} pixels`,
    expected: `at least ${Math.ceil((2 * margin + feather + multiple) / multiple) * multiple} for this model`,
  });
}

/**
 * The tiles of a frame whose kept area touches its unknown region. All tiles lie on one lattice, the same for every frame
 * of a size, and are equally large, so that those of several frames share a batch. Over the lattice the weights add up
 * to one; a tile as large as the frame has weight 1 everywhere, and is then the dense network exactly.
 *
 * @param trimap - 0, 128, 255, row-major
 */
export function planTiles(trimap: Uint8Array, frame: Size, plan: TilePlan): Tile[] {
  const columns = planAxis(frame.width, plan);
  const rows = planAxis(frame.height, plan);
  const all = rows.flatMap((y) => columns.map((x): Tile => ({ x, y, feather: plan.feather })));
  return all.filter((tile) => hasUnknown(trimap, frame, tile));
}

/** The pixels of the frame in which a span has weight: first and one past the last. */
export function keptRange({ start, length, rise, fall }: TileSpan, limit: number): readonly [number, number] {
  return [Math.max(start, Math.floor(rise), 0), Math.min(start + length, Math.ceil(fall), limit)];
}

/** The weight of the pixel at `position`, 0..1. */
export function spanWeight({ rise, fall }: TileSpan, feather: number, position: number): number {
  const centre = position + 0.5;
  return Math.max(0, Math.min(1, (centre - rise) / feather, (fall - centre) / feather));
}

function planAxis(size: number, { tile, margin, feather, multiple }: TilePlan): TileSpan[] {
  const padded = Math.ceil(size / multiple) * multiple;
  const length = Math.min(tile, padded);
  const most = stride(tile, margin, feather, multiple);
  const count = length === padded ? 1 : Math.ceil((padded - length) / most) + 1;
  const starts = Array.from({ length: count }, (_, i) =>
    count === 1 ? 0 : Math.round((i * (padded - length)) / (count - 1) / multiple) * multiple,
  );
  return starts.map((start, i) => {
    const before = starts[i - 1];
    const after = starts[i + 1];
    return {
      start,
      length,
      // The fade lies in the middle of the overlap, so that both neighbours have all the context there is.
      rise: before === undefined ? -Infinity : (start + before + length - feather) / 2,
      fall: after === undefined ? Infinity : (after + start + length + feather) / 2,
    };
  });
}

/** The farthest apart two neighbouring tiles may begin. */
function stride(tile: number, margin: number, feather: number, multiple: number): number {
  return Math.floor((tile - 2 * margin - feather) / multiple) * multiple;
}

function hasUnknown(trimap: Uint8Array, { width, height }: Size, tile: Tile): boolean {
  const [left, right] = keptRange(tile.x, width);
  const [top, bottom] = keptRange(tile.y, height);
  for (let y = top; y < bottom; y++) {
    for (let i = y * width + left, end = y * width + right; i < end; i++) {
      if (trimap[i] !== 0 && trimap[i] !== 255) return true;
    }
  }
  return false;
}
