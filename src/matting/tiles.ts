import { MatteflowError } from '../core/errors.js';
import { unknownCells, type CellBounds } from './unknown-cells.js';

/** How a frame is cut for a network that sees far, pixels. */
export interface TileOptions {
  /** Side of a tile's input at most; rounded down to the multiple. `frame`: no tiles, the whole frame at once. */
  readonly tile: number | 'frame';
  /**
   * Context kept between the unknown pixels a tile answers for and its input's edge (where the frame goes on);
   * up to a quarter of `multiple` less, at least half, where that saves a multiple.
   */
  readonly margin: number;
  /** Width of the linear cross-fade between neighbours. */
  readonly feather: number;
  /** What the network's input sides are multiples of. */
  readonly multiple: number;
}

/**
 * A tile's share of one axis, frame pixels: its blend weight is 0 before `start` and from `end` on, climbs linearly
 * over the first `rise` pixels, falls over the last `fall`, and is 1 between.
 */
export interface TileSpan {
  readonly start: number;
  readonly rise: number;
  readonly fall: number;
  readonly end: number;
}

/** One network input: plain data, fit for `postMessage`. Every unknown pixel has weight in at least one tile. */
export interface Tile {
  /** Input rectangle, frame pixels; may stick out of the frame, which is mirrored there. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly columns: TileSpan;
  readonly rows: TileSpan;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What starting a tile costs, in pixels' worth of computing: keeps the plan from crumbling. */
const TILE_OVERHEAD = 4096;

/** Cuts are looked for at so many places an axis at most. */
const CUTS = 20;

/**
 * The tiles that together answer for every unknown pixel, at the least cost found; none when every pixel is known.
 *
 * The cost of a tile is the area of its input: the box round the unknown pixels it answers for, and the margin. All ways
 * of cutting the frame in two, and the halves again (guillotine cuts), are compared, on a grid coarse enough to do so in
 * a few milliseconds; a compact subject ends as one tile, a thin outline round a large one as several.
 *
 * Inputs begin at multiples of `multiple`, so that a network's pooling grid is the same in a tile as in the whole frame.
 *
 * @param trimap - row-major, 0 background, 255 foreground, 128 unknown
 * @throws MatteflowError `USAGE` when the tile leaves no room beside its margins
 */
export function planTiles(trimap: Uint8Array, frame: Size, options: TileOptions): Tile[] {
  if (options.tile === 'frame') return trimap.includes(128) ? [wholeFrame(frame, options.multiple)] : [];
  const longest = Math.max(frame.width, frame.height);
  const cell = options.multiple * Math.ceil(longest / (options.multiple * CUTS));
  const cells = unknownCells(trimap, frame, Math.min(cell, largestCell(options)));
  return cutBest(cells, frame, options).map((box) => tileRound(box, frame, options));
}

/** The blend weight, 0..1, of a tile at a pixel of one axis; a pixel's weight is the product of both axes'. */
export function spanWeight({ start, rise, fall, end }: TileSpan, position: number): number {
  if (position < start || position >= end) return 0;
  const climb = position < start + rise ? (position - start + 0.5) / rise : 1;
  return position >= end - fall ? Math.min(climb, (end - position - 0.5) / fall) : climb;
}

/** The frame as one tile of weight 1, sides padded to the multiple. */
function wholeFrame({ width, height }: Size, multiple: number): Tile {
  return {
    x: 0,
    y: 0,
    width: Math.ceil(width / multiple) * multiple,
    height: Math.ceil(height / multiple) * multiple,
    columns: { start: 0, rise: 0, fall: 0, end: width },
    rows: { start: 0, rise: 0, fall: 0, end: height },
  };
}

function longestSide(tile: TileOptions['tile']): number {
  return tile === 'frame' ? Infinity : tile;
}

/** A cell, its margins and what rounding to the multiple adds must fit in a tile. */
function largestCell({ tile, margin, multiple }: TileOptions): number {
  const side = longestSide(tile);
  const room = Math.floor((side - 2 * margin) / multiple - 2) * multiple;
  if (room >= multiple) return room;
  throw new MatteflowError('USAGE', {
    what: 'the tile leaves no room beside its margins',
    seen: `a tile of ${side} pixels`,
    expected: `at least ${Math.ceil((2 * margin) / multiple + 3) * multiple}`,
    remedy: 'Choose larger tiles',
  });
}

/** Unknown pixels' bounds, frame pixels: columns `left` to `right`, rows `top` to `bottom`, ends excluded. */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Plan {
  readonly cost: number;
  readonly boxes: readonly Box[];
}

const NOTHING: Plan = { cost: 0, boxes: [] };

/** The best boxes for the whole frame, by recursion over cuts; every rectangle of cells is worked out once. */
function cutBest(cells: CellBounds, frame: Size, options: TileOptions): readonly Box[] {
  const { columns, rows } = cells;
  const known = new Map<number, Plan>();
  const best = (x0: number, y0: number, x1: number, y1: number): Plan => {
    const key = ((x0 * (columns + 1) + x1) * (rows + 1) + y0) * (rows + 1) + y1;
    const found = known.get(key);
    if (found) return found;
    const box = boundsOf(cells, x0, y0, x1, y1);
    let plan = box ? whole(box, frame, options) : NOTHING;
    if (box) {
      // Cuts outside the box change nothing; those inside are worth a look only if a tile can be saved.
      for (let x = x0 + 1; x < x1; x += 1) {
        const at = x * cells.size;
        if (at <= box.left || at >= box.right) continue;
        plan = cheaper(plan, best(x0, y0, x, y1), best(x, y0, x1, y1));
      }
      for (let y = y0 + 1; y < y1; y += 1) {
        const at = y * cells.size;
        if (at <= box.top || at >= box.bottom) continue;
        plan = cheaper(plan, best(x0, y0, x1, y), best(x0, y, x1, y1));
      }
    }
    known.set(key, plan);
    return plan;
  };
  return best(0, 0, columns, rows).boxes;
}

function cheaper(plan: Plan, a: Plan, b: Plan): Plan {
  const cost = a.cost + b.cost;
  return cost < plan.cost ? { cost, boxes: [...a.boxes, ...b.boxes] } : plan;
}

function whole(box: Box, frame: Size, options: TileOptions): Plan {
  const { width, height } = inputOf(box, frame, options);
  const side = longestSide(options.tile);
  const cost = width <= side && height <= side ? width * height + TILE_OVERHEAD : Infinity;
  return { cost, boxes: [box] };
}

function boundsOf(cells: CellBounds, x0: number, y0: number, x1: number, y1: number): Box | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, 0, 0];
  for (let y = y0; y < y1; y += 1) {
    for (let cell = y * cells.columns + x0; cell < y * cells.columns + x1; cell += 1) {
      if (cells.right[cell] === 0) continue;
      left = Math.min(left, cells.left[cell]!);
      top = Math.min(top, cells.top[cell]!);
      right = Math.max(right, cells.right[cell]!);
      bottom = Math.max(bottom, cells.bottom[cell]!);
    }
  }
  return right > 0 ? { left, top, right, bottom } : undefined;
}

/** The input of the tile round a box: the margin added, sides brought to the multiple, kept to the padded frame. */
function inputOf(box: Box, frame: Size, { margin, multiple }: TileOptions): Omit<Tile, 'columns' | 'rows'> {
  // A margin that falls a little short is better than one that is nearly a whole multiple too long.
  const slack = Math.min(multiple / 4, margin / 2);
  const down = (at: number): number => Math.max(Math.floor((at + slack) / multiple), 0) * multiple;
  const up = (at: number, length: number): number =>
    Math.min(Math.ceil((at - slack) / multiple), Math.ceil(length / multiple)) * multiple;
  const [x, y] = [down(box.left - margin), down(box.top - margin)];
  const width = up(box.right + margin, frame.width) - x;
  return { x, y, width, height: up(box.bottom + margin, frame.height) - y };
}

function tileRound(box: Box, frame: Size, options: TileOptions): Tile {
  const span = (start: number, end: number, length: number): TileSpan => {
    // Neighbours cross-fade over the line between them; a lone side's fade is undone when weights are divided out.
    const reach = Math.min(options.feather, options.margin) / 2;
    const [first, last] = [Math.max(Math.floor(start - reach), 0), Math.min(Math.ceil(end + reach), length)];
    return {
      start: first,
      rise: first === 0 ? 0 : options.feather,
      fall: last === length ? 0 : options.feather,
      end: last,
    };
  };
  return {
    ...inputOf(box, frame, options),
    columns: span(box.left, box.right, frame.width),
    rows: span(box.top, box.bottom, frame.height),
  };
}

/**
 * A tile in two, across its longer side, that together answer for the same pixels with the same margin; undefined when
 * halves would be no smaller.
 */
export function splitTile(tile: Tile, frame: Size, options: TileOptions): readonly [Tile, Tile] | undefined {
  const { columns, rows } = tile;
  const wide = tile.width >= tile.height;
  const span = wide ? columns : rows;
  const middle = Math.floor((span.start + span.end) / 2);
  const box = { left: columns.start, top: rows.start, right: columns.end, bottom: rows.end };
  const halves = wide
    ? ([
        { ...box, right: middle },
        { ...box, left: middle },
      ] as const)
    : ([
        { ...box, bottom: middle },
        { ...box, top: middle },
      ] as const);
  const [first, second] = halves.map((half) => tileRound(half, frame, options)) as [Tile, Tile];
  const area = tile.width * tile.height;
  const smaller = [first, second].every(({ width, height }) => width * height < area);
  return smaller && middle > span.start ? [first, second] : undefined;
}
