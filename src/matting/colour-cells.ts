import type { FrameFormat } from '../core/frame.js';
import { chessboardDistance, type GridShape } from './chessboard-distance.js';

/** Pixels a side of a coarse cell. */
export const COARSE = 8;

/** How far past the last pixel with any foreground the colour is wanted, cells (16 pixels). */
const EXTENSION = 2;

/** What a cell's alphas are: all 0, all 1, or neither. */
const EMPTY = 0;
export const SOLID = 1;
export const MIXED = 2;

/** What the fine pass has to write in a cell: nothing, the wide blur's colour alone, or the small blur's. */
const NOTHING = 0;
export const WIDE = 1;
export const FINE = 2;

/** What is to be done where: one entry a cell of 8 × 8 pixels, the frame's last ones cut off at its edge. */
export interface ColourCells extends GridShape {
  /** `EMPTY`, `SOLID` or `MIXED`. */
  readonly content: Uint8Array;
  /** `NOTHING`, `WIDE` or `FINE`. */
  readonly wanted: Uint8Array;
  /** 1 for cells of which the small blur reads pixels: those of `FINE` and their neighbours. */
  readonly read: Uint8Array;
  /** Chessboard distance to the nearest cell that is wanted, in cells; 255 stands for 255 and more. */
  readonly distance: Uint8Array;
}

/** Cells for frames of this size, pixels; reused from frame to frame. */
export function allocateColourCells(frame: { width: number; height: number }): ColourCells {
  const width = Math.ceil(frame.width / COARSE);
  const height = Math.ceil(frame.height / COARSE);
  const stride = width + 2;
  const size = stride * (height + 2);
  return {
    width,
    height,
    stride,
    origin: stride + 1,
    content: new Uint8Array(size),
    wanted: new Uint8Array(size),
    read: new Uint8Array(size),
    distance: new Uint8Array(size).fill(255),
  };
}

/**
 * Finds the cells that hold pixels to be written: not all of alpha 1, and at most 16 pixels from a cell with any
 * foreground. Those beside a cell with foreground need the small blur; the wide one's colour is all there is of it farther off.
 *
 * @returns whether any cell is wanted; only `content` is sure when none is
 */
export function findWanted(dst: ColourCells, alpha: Float32Array, format: FrameFormat): boolean {
  readContent(dst, alpha, format);
  if (!listWanted(dst)) return false;
  const { wanted, distance } = dst;
  for (let cell = 0; cell < wanted.length; cell += 1) distance[cell] = wanted[cell] === NOTHING ? 255 : 0;
  chessboardDistance(distance, dst);
  return true;
}

function readContent(
  { width, height, stride, origin, content }: ColourCells,
  alpha: Float32Array,
  frame: FrameFormat,
): void {
  for (let y = 0; y < height; y += 1) {
    const bottom = Math.min(COARSE * (y + 1), frame.height);
    for (let x = 0; x < width; x += 1) {
      const left = COARSE * x;
      const columns = Math.min(COARSE, frame.width - left);
      let row = COARSE * y;
      // Alphas lie in 0..1: only a row of ones sums to its length.
      let sum = sumRow(alpha, row * frame.width + left, columns);
      const pure = sum === 0 || sum === columns ? sum : -1;
      for (row += 1; row < bottom && sum === pure; row += 1)
        sum = sumRow(alpha, row * frame.width + left, columns);
      content[origin + y * stride + x] = sum !== pure ? MIXED : sum === 0 ? EMPTY : SOLID;
    }
  }
}

function sumRow(alpha: Float32Array, at: number, count: number): number {
  let sum = 0;
  for (let n = at; n < at + count; n += 1) sum += alpha[n]!;
  return sum;
}

function listWanted(cells: ColourCells): boolean {
  const { width, height, stride, origin, content, wanted, read, distance } = cells;
  for (let y = 0; y < height; y += 1) {
    for (let cell = origin + y * stride, end = cell + width; cell < end; cell += 1)
      distance[cell] = content[cell] === EMPTY ? 255 : 0;
  }
  chessboardDistance(distance, cells);
  read.fill(0);
  let found = false;
  for (let y = 0; y < height; y += 1) {
    for (let cell = origin + y * stride, end = cell + width; cell < end; cell += 1) {
      wanted[cell] = NOTHING;
      if (content[cell] === SOLID || distance[cell]! > EXTENSION) continue;
      found = true;
      wanted[cell] = distance[cell]! > 1 ? WIDE : FINE;
      if (wanted[cell] === WIDE) continue;
      for (let row = cell - stride; row <= cell + stride; row += stride) read.fill(1, row - 1, row + 2);
    }
  }
  return found;
}
