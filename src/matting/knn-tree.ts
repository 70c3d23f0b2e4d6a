/** Points in a leaf, at most: fewer cost more boxes, more cost more distances. */
const LEAF = 10;

/**
 * A k-d tree (Bentley 1975; Friedman, Bentley, Finkel 1977) over points of a few dimensions. It halves its points across
 * the widest side of their box until at most `LEAF` are left, so it is complete: node n's children are 2n and 2n + 1, the
 * root is 1, and the leaves are the nodes of the last level.
 */
export interface KdTree {
  readonly dimensions: number;
  /** Of the last level; its 2^levels leaves hold the points in order. */
  readonly levels: number;
  /** Coordinates, leaf after leaf: `dimensions` a point. */
  readonly points: Float32Array;
  /** The number that each of these points had when it was given. */
  readonly order: Int32Array;
  /** First point of each leaf, and behind the last one their count. */
  readonly starts: Int32Array;
  /** The smallest box that holds a node's points: `dimensions` low sides, then as many high ones. */
  readonly boxes: Float32Array;
}

/** The points nearest to one of them, nearest first; of equally near ones, the lower number first. */
export interface Neighbours {
  /** Numbers of the points, as they were given to `buildTree`. */
  readonly numbers: Int32Array;
  /** Squares of their distances. */
  readonly squares: Float64Array;
}

/** Room for the `count` nearest. */
export function allocateNeighbours(count: number): Neighbours {
  return { numbers: new Int32Array(count), squares: new Float64Array(count) };
}

/**
 * @param coordinates - `dimensions` numbers a point, point after point; not changed
 */
export function buildTree(coordinates: Float32Array, dimensions: number): KdTree {
  const count = coordinates.length / dimensions;
  const levels = Math.max(0, Math.ceil(Math.log2(count / LEAF)));
  const leaves = 2 ** levels;
  const order = Int32Array.from({ length: count }, (_, n) => n);
  const starts = Int32Array.from({ length: leaves + 1 }, (_, n) => Math.floor((n * count) / leaves));
  const boxes = new Float32Array(2 * leaves * 2 * dimensions);
  for (let level = 0, node = 1; level <= levels; level += 1) {
    const step = 2 ** (levels - level);
    for (let leaf = 0; leaf < leaves; leaf += step, node += 1) {
      const [start, end] = [starts[leaf]!, starts[leaf + step]!];
      bound(boxes, 2 * dimensions * node, coordinates, dimensions, order.subarray(start, end));
      if (step === 1) continue;
      const axis = widestSide(boxes, 2 * dimensions * node, dimensions);
      select(order, coordinates, dimensions, axis, { start, end, nth: starts[leaf + step / 2]! });
    }
  }
  const points = new Float32Array(coordinates.length);
  for (let n = 0; n < count; n += 1) {
    const from = dimensions * order[n]!;
    for (let k = 0; k < dimensions; k += 1) points[dimensions * n + k] = coordinates[from + k]!;
  }
  return { dimensions, levels, points, order, starts, boxes };
}

function bound(
  boxes: Float32Array,
  box: number,
  coordinates: Float32Array,
  dimensions: number,
  members: Int32Array,
): void {
  for (let k = 0; k < dimensions; k += 1) {
    let low = Infinity;
    let high = -Infinity;
    for (const member of members) {
      const value = coordinates[dimensions * member + k]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    boxes[box + k] = low;
    boxes[box + dimensions + k] = high;
  }
}

function widestSide(boxes: Float32Array, box: number, dimensions: number): number {
  let axis = 0;
  let widest = -1;
  for (let k = 0; k < dimensions; k += 1) {
    const side = boxes[box + dimensions + k]! - boxes[box + k]!;
    if (side <= widest) continue;
    axis = k;
    widest = side;
  }
  return axis;
}

/** Hoare's selection: moves the points of `start` to `end` so that none before `nth` lies higher on the axis than one from there on. */
function select(
  order: Int32Array,
  coordinates: Float32Array,
  dimensions: number,
  axis: number,
  { start, end, nth }: { start: number; end: number; nth: number },
): void {
  let [left, right] = [start, end - 1];
  while (left < right) {
    // The middle one: points come in reading order, where a first one would be the worst choice.
    const pivot = coordinates[dimensions * order[(left + right) >> 1]! + axis]!;
    let i = left;
    let j = right;
    while (i <= j) {
      while (coordinates[dimensions * order[i]! + axis]! < pivot) i += 1;
      while (coordinates[dimensions * order[j]! + axis]! > pivot) j -= 1;
      if (i > j) break;
      const swapped = order[i]!;
      order[i] = order[j]!;
      order[j] = swapped;
      i += 1;
      j -= 1;
    }
    if (nth <= j) right = j;
    else if (nth >= i) left = i;
    else return;
  }
}

/** Nodes that wait: at most one a level. Their distances beside them. */
const waiting = new Int32Array(32);
const waitingSquares = new Float64Array(32);

/** A point to which others are sought. */
interface Query {
  readonly coordinates: Float32Array;
  /** Its first coordinate. */
  readonly at: number;
  /** Its own place in the tree's order, which is passed over; -1 if it has none. */
  readonly place: number;
}

/**
 * Finds the points nearest to one of the tree's own, that one left out. Exact: a node is passed over only when its box
 * lies farther than everything found.
 *
 * @param found - room for as many as are wanted; the tree has more points than that
 * @param place - of the point asked for, in the tree's order
 */
export function findNearest(found: Neighbours, tree: KdTree, place: number): void {
  search(found, tree, { coordinates: tree.points, at: tree.dimensions * place, place });
}

/**
 * Finds the tree's points nearest to any other.
 *
 * @param found - room for as many as are wanted; the tree has at least so many
 * @param coordinates - of points asked for, as `buildTree` has them
 * @param number - which of these points
 */
export function findNearestTo(
  found: Neighbours,
  tree: KdTree,
  coordinates: Float32Array,
  number: number,
): void {
  search(found, tree, { coordinates, at: tree.dimensions * number, place: -1 });
}

function search(found: Neighbours, tree: KdTree, query: Query): void {
  const { dimensions, levels, starts, boxes } = tree;
  const firstLeaf = 2 ** levels;
  const { squares } = found;
  const last = squares.length - 1;
  squares.fill(Infinity);
  let top = 0;
  waiting[0] = 1;
  waitingSquares[0] = 0;
  while (top >= 0) {
    let node = waiting[top]!;
    let square = waitingSquares[top]!;
    top -= 1;
    // As near as the farthest found is not too far: its number may be lower.
    while (square <= squares[last]! && node < firstLeaf) {
      const left = squareToBox(query, boxes, 4 * dimensions * node, dimensions);
      const right = squareToBox(query, boxes, 4 * dimensions * node + 2 * dimensions, dimensions);
      const farther = left <= right ? 1 : 0;
      top += 1;
      waiting[top] = 2 * node + farther;
      waitingSquares[top] = farther === 1 ? right : left;
      node = 2 * node + 1 - farther;
      square = farther === 1 ? left : right;
    }
    if (square > squares[last]!) continue;
    searchLeaf(found, tree, query, starts[node - firstLeaf]!, starts[node - firstLeaf + 1]!);
  }
}

function searchLeaf(
  found: Neighbours,
  { dimensions, points, order }: KdTree,
  { coordinates, at, place }: Query,
  start: number,
  end: number,
): void {
  for (let other = start; other < end; other += 1) {
    if (other === place) continue;
    let square = 0;
    for (let k = 0, to = dimensions * other; k < dimensions; k += 1) {
      const difference = coordinates[at + k]! - points[to + k]!;
      square += difference * difference;
    }
    keep(found, order[other]!, square);
  }
}

/** Puts a point in its place among those found, if it has one. */
function keep({ numbers, squares }: Neighbours, number: number, square: number): void {
  let at = squares.length - 1;
  if (square > squares[at]! || (square === squares[at]! && number > numbers[at]!)) return;
  for (; at > 0; at -= 1) {
    const above = squares[at - 1]!;
    if (above < square || (above === square && numbers[at - 1]! < number)) break;
    squares[at] = above;
    numbers[at] = numbers[at - 1]!;
  }
  squares[at] = square;
  numbers[at] = number;
}

/** Adds up in the order of `searchLeaf`, so that rounding never makes it more than the square to a point inside. */
function squareToBox(
  { coordinates, at }: Query,
  boxes: Float32Array,
  box: number,
  dimensions: number,
): number {
  let square = 0;
  for (let k = 0; k < dimensions; k += 1) {
    const value = coordinates[at + k]!;
    const below = boxes[box + k]! - value;
    const above = value - boxes[box + dimensions + k]!;
    const outside = below > 0 ? below : above > 0 ? above : 0;
    square += outside * outside;
  }
  return square;
}
