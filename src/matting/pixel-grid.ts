import type { FrameFormat, FramePlanes } from '../core/frame.js';
import { allocateGrid, FOREGROUND, UNKNOWN, type CellGrid } from './cell-grid.js';
import { chessboardDistance } from './chessboard-distance.js';
import { clip, rgbMatrix } from './rgb-matrix.js';

/**
 * A frame at its own size, a cell a pixel: state and distance everywhere, colour of pixels at most `reach` away from an
 * unknown one. Of the colours only what is read takes memory.
 */
export function readPixels(
  planes: Pick<FramePlanes, 'colour' | 'trimap'>,
  format: FrameFormat,
  reach: number,
): CellGrid {
  const grid = allocateGrid(format.width, format.height);
  readStates(grid, planes.trimap);
  chessboardDistance(grid.distance, grid);
  readColours(grid, planes.colour, format, reach);
  return grid;
}

function readStates({ width, height, stride, origin, state, distance }: CellGrid, trimap: Uint8Array): void {
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let cell = origin + y * stride, end = cell + width; cell < end; cell += 1, at += 1) {
      const value = trimap[at]!;
      if (value === 0) continue;
      state[cell] = value === 255 ? FOREGROUND : UNKNOWN;
      if (value !== 255) distance[cell] = 0;
    }
  }
}

function readColours(
  { width, height, stride, origin, colour: [red, green, blue], distance }: CellGrid,
  [p0, p1, p2]: FramePlanes['colour'],
  format: FrameFormat,
  reach: number,
): void {
  const m = rgbMatrix(format);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let cell = origin + y * stride, end = cell + width; cell < end; cell += 1, at += 1) {
      if (distance[cell]! > reach) continue;
      red[cell] = clip(m[0]! * p0[at]! + m[1]! * p1[at]! + m[2]! * p2[at]! + m[3]!);
      green[cell] = clip(m[4]! * p0[at]! + m[5]! * p1[at]! + m[6]! * p2[at]! + m[7]!);
      blue[cell] = clip(m[8]! * p0[at]! + m[9]! * p1[at]! + m[10]! * p2[at]! + m[11]!);
    }
  }
}
