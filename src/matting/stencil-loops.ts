import {
  F64,
  f64,
  f64x2,
  get,
  I32,
  i32,
  instantiate,
  repeatWhile,
  set,
  V128,
  type Code,
  type FunctionSource,
} from '../core/assembler.js';

/** Cells that are worked on together: neighbours in a row, the first at an even place of the grid. */
export const PAIR = 2;

/** Neighbours of a cell on either side of it in a row, and rows of them above and below. */
const REACH = 2;

/** Entries of a matrix row: the 5 × 5 neighbours in reading order, the cell itself in the middle. */
export const ENTRIES: number = (2 * REACH + 1) ** 2;

const DOUBLE = 8;
const VECTOR = DOUBLE * PAIR;
const RECORD = VECTOR * ENTRIES;

/**
 * The memory and the loops of conjugate gradients over some of a grid's cells, in pairs, with a 5 × 5 stencil. Vectors
 * hold two entries a pair, in the order of `pairs`; only `direction`, of which neighbours are read, is laid out as the grid.
 */
export interface StencilLoops {
  /** Byte offset in `direction` of each pair's first cell: 8 × its grid index. */
  readonly pairs: Int32Array;
  /** Entry k of the matrix rows of pair n at `2·(ENTRIES·n + k)` and one further. */
  readonly matrix: Float64Array;
  readonly inverseDiagonal: Float64Array;
  readonly x: Float64Array;
  readonly product: Float64Array;
  readonly residual: Float64Array;
  /** One entry a grid cell; zero where no pair is. */
  readonly direction: Float64Array;
  /** product = matrix · direction over the first `count` (at least one) pairs; returns direction · product. */
  multiply(count: number): number;
  /** x += length · direction, residual −= length · product; returns residual · inverseDiagonal · residual. */
  advance(count: number, length: number): number;
  /** direction = inverseDiagonal · residual + keep · direction. */
  turn(count: number, keep: number): void;
}

interface Functions {
  multiply(count: number): number;
  advance(count: number, length: number): number;
  turn(count: number, keep: number): void;
}

/** Where things lie in the memory, bytes. */
interface Layout {
  readonly pairs: number;
  readonly direction: number;
  readonly inverseDiagonal: number;
  readonly x: number;
  readonly product: number;
  readonly residual: number;
  readonly matrix: number;
}

/** What the loops run over. */
export interface LoopsShape {
  /** Entries of the grid, and of one of its rows. */
  readonly size: number;
  readonly stride: number;
  /** Pairs of cells at most; that of every cell unless told. */
  readonly pairs?: number;
}

/**
 * Memory and machine code for a grid. Offsets of the stencil and of the vectors are constants of the code. Of the memory
 * only what is used is ever touched: 470 bytes a pair, 8 a cell of the grid.
 *
 * @throws RangeError when that is more than WebAssembly can address, 4 GiB
 */
export function allocateLoops({ size, stride, pairs }: LoopsShape): StencilLoops {
  const most = pairs ?? Math.ceil(size / PAIR);
  const vector = VECTOR * most;
  // Constants of the code are unsigned, and neighbours lie before a cell too.
  const direction = Math.max(4 * vector, DOUBLE * REACH * (stride + 1));
  const matrix = direction + VECTOR * Math.ceil(size / PAIR);
  const layout: Layout = {
    inverseDiagonal: 0,
    x: vector,
    product: 2 * vector,
    residual: 3 * vector,
    direction,
    matrix,
    pairs: matrix + RECORD * most,
  };
  const loops = [multiplyLoop(layout, stride), advanceLoop(layout), turnLoop(layout)];
  const compiled = instantiate(loops, layout.pairs + 4 * most);
  const functions = compiled.functions as Functions;
  const view = (at: number, length = PAIR * most): Float64Array =>
    new Float64Array(compiled.memory, at, length);
  return {
    pairs: new Int32Array(compiled.memory, layout.pairs, most),
    matrix: view(layout.matrix, ENTRIES * PAIR * most),
    inverseDiagonal: view(layout.inverseDiagonal),
    x: view(layout.x),
    product: view(layout.product),
    residual: view(layout.residual),
    direction: view(layout.direction, size),
    multiply: (count) => functions.multiply(count),
    advance: (count, length) => functions.advance(count, length),
    turn: (count, keep) => functions.turn(count, keep),
  };
}

/** Locals that every loop begins with: how many pairs are left, the scalar, then addresses. */
const [LEFT, SCALAR] = [0, 1];

const step = (local: number, bytes: number): Code => set(local, i32.add(get(local), i32.constant(bytes)));
const bothLanes = (vector: number): Code => f64.add(f64x2.lane(get(vector), 0), f64x2.lane(get(vector), 1));

function multiplyLoop(at: Layout, stride: number): FunctionSource {
  const [next, pair, vector, record, even, odd, dot] = [1, 2, 3, 4, 5, 6, 7];
  const own = f64x2.load(get(pair), at.direction);
  // Two sums, so that an addition need not wait for the one before it.
  const terms = stencilOffsets(stride).flatMap((offset, k) => {
    const sum = k % 2 === 0 ? even : odd;
    const entry = f64x2.load(get(record), at.matrix + VECTOR * k);
    const product = f64x2.multiply(entry, f64x2.load(get(pair), at.direction + DOUBLE * offset));
    return set(sum, k < 2 ? product : f64x2.add(get(sum), product));
  });
  return {
    name: 'multiply',
    parameters: [I32],
    locals: [I32, I32, I32, I32, V128, V128, V128],
    result: F64,
    body: [
      ...repeatWhile(get(LEFT), [
        ...set(pair, i32.load(get(next), at.pairs)),
        ...terms,
        ...set(even, f64x2.add(get(even), get(odd))),
        ...f64x2.store(get(vector), at.product, get(even)),
        ...set(dot, f64x2.add(get(dot), f64x2.multiply(get(even), own))),
        ...step(next, 4),
        ...step(vector, VECTOR),
        ...step(record, RECORD),
        ...step(LEFT, -1),
      ]),
      ...bothLanes(dot),
    ],
  };
}

/** How far each of the stencil's cells lies from the one in its middle, in reading order, in grids of `stride` a row. */
export function stencilOffsets(stride: number): number[] {
  const side = Array.from({ length: 2 * REACH + 1 }, (_, n) => n - REACH);
  return side.flatMap((dy) => side.map((dx) => dy * stride + dx));
}

function advanceLoop(at: Layout): FunctionSource {
  const [next, pair, vector, length, residual, energy] = [2, 3, 4, 5, 6, 7];
  const load = (offset: number): Code => f64x2.load(get(vector), offset);
  const moved = f64x2.multiply(get(length), f64x2.load(get(pair), at.direction));
  const weighted = f64x2.multiply(get(residual), load(at.inverseDiagonal));
  return {
    name: 'advance',
    parameters: [I32, F64],
    locals: [I32, I32, I32, V128, V128, V128],
    result: F64,
    body: [
      ...set(length, f64x2.splat(get(SCALAR))),
      ...repeatWhile(get(LEFT), [
        ...set(pair, i32.load(get(next), at.pairs)),
        ...f64x2.store(get(vector), at.x, f64x2.add(load(at.x), moved)),
        ...set(residual, f64x2.subtract(load(at.residual), f64x2.multiply(get(length), load(at.product)))),
        ...f64x2.store(get(vector), at.residual, get(residual)),
        ...set(energy, f64x2.add(get(energy), f64x2.multiply(get(residual), weighted))),
        ...step(next, 4),
        ...step(vector, VECTOR),
        ...step(LEFT, -1),
      ]),
      ...bothLanes(energy),
    ],
  };
}

function turnLoop(at: Layout): FunctionSource {
  const [next, pair, vector, keep] = [2, 3, 4, 5];
  const load = (offset: number): Code => f64x2.load(get(vector), offset);
  const steepest = f64x2.multiply(load(at.inverseDiagonal), load(at.residual));
  const kept = f64x2.multiply(get(keep), f64x2.load(get(pair), at.direction));
  return {
    name: 'turn',
    parameters: [I32, F64],
    locals: [I32, I32, I32, V128],
    body: [
      ...set(keep, f64x2.splat(get(SCALAR))),
      ...repeatWhile(get(LEFT), [
        ...set(pair, i32.load(get(next), at.pairs)),
        ...f64x2.store(get(pair), at.direction, f64x2.add(steepest, kept)),
        ...step(next, 4),
        ...step(vector, VECTOR),
        ...step(LEFT, -1),
      ]),
    ],
  };
}
