import type { FrameFormat, FramePlanes, Samples } from '../core/frame.js';
import { chessboardDistance } from './chessboard-distance.js';
import { reflectIndex } from './reflect.js';
import { clip, rgbMatrix } from './rgb-matrix.js';

/** Pixels a side of a cell: the prior is solved at a quarter of the frame's size. */
export const CELL = 4;

/** Cells of empty border around the grid, so that a 5×5 stencil needs no test of where the picture ends. */
const BORDER = 2;

/** The frame is mirrored up to a multiple of this many pixels, as the networks' input is. */
const PAD_MULTIPLE = 32;

/** What the trimap says of a cell: known only where all of its pixels agree. */
export const BACKGROUND = 0;
export const UNKNOWN = 1;
export const FOREGROUND = 2;

/**
 * A frame as cells: of 4×4 pixels for the prior, of one for closed-form matting. Arrays are row-major with a border of two
 * cells all round: cell (x, y) lies at `origin + y·stride + x`. Border cells hold zeros and `distance` 255, and are never written.
 */
export interface CellGrid {
  /** Cells. */
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly origin: number;
  /** Mean R′G′B′ of a cell, 0..1; valid where `distance` is within the reach that was read. */
  readonly colour: readonly [Float64Array, Float64Array, Float64Array];
  /** `BACKGROUND`, `UNKNOWN` or `FOREGROUND`. */
  readonly state: Uint8Array;
  /** Chessboard distance to the nearest unknown cell, in cells; 255 stands for 255 and more. */
  readonly distance: Uint8Array;
}

/** A grid for frames of this size (pixels), to be filled by `readCells` and reused for the next frame. */
export function allocateCells(frame: { width: number; height: number }): CellGrid {
  const width = (Math.ceil(frame.width / PAD_MULTIPLE) * PAD_MULTIPLE) / CELL;
  const height = (Math.ceil(frame.height / PAD_MULTIPLE) * PAD_MULTIPLE) / CELL;
  return allocateGrid(width, height);
}

/** A grid of so many cells. */
export function allocateGrid(width: number, height: number): CellGrid {
  const stride = width + 2 * BORDER;
  const size = stride * (height + 2 * BORDER);
  return {
    width,
    height,
    stride,
    origin: BORDER * stride + BORDER,
    colour: [new Float64Array(size), new Float64Array(size), new Float64Array(size)],
    state: new Uint8Array(size),
    distance: new Uint8Array(size).fill(255),
  };
}

/**
 * Fills a grid from a frame: state and distance everywhere, colour only of cells at most `reach` cells away from an
 * unknown one. Pixels past the frame's right and bottom edge are mirrored.
 *
 * @returns the number of unknown cells; colours are left alone when it is 0
 */
export function readCells(grid: CellGrid, planes: FramePlanes, format: FrameFormat, reach: number): number {
  const unknown = readStates(grid, planes.trimap, format);
  if (unknown === 0) return 0;
  for (let cell = 0; cell < grid.state.length; cell += 1)
    grid.distance[cell] = grid.state[cell] === UNKNOWN ? 0 : 255;
  chessboardDistance(grid.distance, grid);
  readColours(grid, planes, format, reach);
  return unknown;
}

function readStates(grid: CellGrid, trimap: Uint8Array, { width, height }: FrameFormat): number {
  let unknown = 0;
  // Four pixels at a time where rows begin on whole words.
  const aligned = width % CELL === 0 && trimap.byteOffset % CELL === 0;
  const words = aligned ? new Int32Array(trimap.buffer, trimap.byteOffset, trimap.length / CELL) : undefined;
  for (let y = 0; y < grid.height; y += 1) {
    const inside = CELL * (y + 1) <= height;
    for (let x = 0; x < grid.width; x += 1) {
      let state: number;
      if (!inside || CELL * (x + 1) > width) state = stateAcross(trimap, CELL * x, CELL * y, width, height);
      else if (words === undefined) state = stateInside(trimap, CELL * y * width + CELL * x, width);
      else state = stateOfWords(words, y * width + x, width / CELL);
      if (state === UNKNOWN) unknown += 1;
      grid.state[grid.origin + y * grid.stride + x] = state;
    }
  }
  return unknown;
}

/** Words of a cell's four rows: each holds the trimap's values of four pixels. */
function stateOfWords(words: Int32Array, start: number, stride: number): number {
  const first = words[start]!;
  if (first !== 0 && first !== -1) return UNKNOWN;
  if (words[start + stride] !== first || words[start + 2 * stride] !== first) return UNKNOWN;
  if (words[start + 3 * stride] !== first) return UNKNOWN;
  return first === 0 ? BACKGROUND : FOREGROUND;
}

function stateInside(trimap: Uint8Array, start: number, width: number): number {
  const first = trimap[start]!;
  if (first !== 0 && first !== 255) return UNKNOWN;
  for (let row = start, end = start + CELL * width; row < end; row += width) {
    if (trimap[row] !== first || trimap[row + 1] !== first) return UNKNOWN;
    if (trimap[row + 2] !== first || trimap[row + 3] !== first) return UNKNOWN;
  }
  return first === 0 ? BACKGROUND : FOREGROUND;
}

function stateAcross(trimap: Uint8Array, left: number, top: number, width: number, height: number): number {
  const first = trimap[reflectIndex(top, height) * width + reflectIndex(left, width)]!;
  if (first !== 0 && first !== 255) return UNKNOWN;
  for (let y = 0; y < CELL; y += 1) {
    const row = reflectIndex(top + y, height) * width;
    for (let x = 0; x < CELL; x += 1) {
      if (trimap[row + reflectIndex(left + x, width)] !== first) return UNKNOWN;
    }
  }
  return first === 0 ? BACKGROUND : FOREGROUND;
}

function readColours(grid: CellGrid, planes: FramePlanes, format: FrameFormat, reach: number): void {
  const { width, height } = format;
  const [p0, p1, p2] = planes.colour;
  const [red, green, blue] = grid.colour;
  const m = rgbMatrix(format);
  const share = 1 / (CELL * CELL);
  for (let y = 0; y < grid.height; y += 1) {
    for (let x = 0; x < grid.width; x += 1) {
      const cell = grid.origin + y * grid.stride + x;
      if (grid.distance[cell]! > reach) continue;
      const inside = CELL * (x + 1) <= width && CELL * (y + 1) <= height;
      const sum = inside ? sumInside : sumAcross;
      // The map is affine: the mean of the converted pixels is the converted mean.
      const s0 = share * sum(p0, CELL * x, CELL * y, width, height);
      const s1 = share * sum(p1, CELL * x, CELL * y, width, height);
      const s2 = share * sum(p2, CELL * x, CELL * y, width, height);
      red[cell] = clip(m[0]! * s0 + m[1]! * s1 + m[2]! * s2 + m[3]!);
      green[cell] = clip(m[4]! * s0 + m[5]! * s1 + m[6]! * s2 + m[7]!);
      blue[cell] = clip(m[8]! * s0 + m[9]! * s1 + m[10]! * s2 + m[11]!);
    }
  }
}

function sumInside(plane: Samples, left: number, top: number, width: number): number {
  let sum = 0;
  for (let at = top * width + left, end = at + CELL * width; at < end; at += width)
    sum += plane[at]! + plane[at + 1]! + plane[at + 2]! + plane[at + 3]!;
  return sum;
}

function sumAcross(plane: Samples, left: number, top: number, width: number, height: number): number {
  let sum = 0;
  for (let y = top; y < top + CELL; y += 1) {
    const row = reflectIndex(y, height) * width;
    for (let x = left; x < left + CELL; x += 1) sum += plane[row + reflectIndex(x, width)]!;
  }
  return sum;
}
