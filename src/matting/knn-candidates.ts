import type { FrameFormat } from '../core/frame.js';
import { chessboardDistance } from './chessboard-distance.js';

/**
 * How far from the unknown region a known pixel still is a candidate, pixels (chessboard distance). On four photographs
 * all known pixels instead change SAD by under 0.01 %.
 */
const BAND = 64;

/** The pixels among which neighbours are looked for. */
export interface Candidates {
  /** Positions in the frame: the unknown pixels in reading order, then the known ones near them. */
  readonly pixels: Int32Array;
  /** How many of them are unknown. */
  readonly unknown: number;
}

/** @param trimap - 0 background, 255 foreground, anything else unknown */
export function findCandidates(trimap: Uint8Array, { width, height }: FrameFormat): Candidates {
  const grid = { width, height, stride: width + 2, origin: width + 3 };
  const distance = new Uint8Array(grid.stride * (height + 2)).fill(255);
  let unknown = 0;
  let count = 0;
  const visit = (see: (pixel: number, cell: number) => void): void => {
    for (let y = 0, pixel = 0; y < height; y += 1) {
      for (let x = 0, cell = grid.origin + y * grid.stride; x < width; x += 1) see(pixel++, cell++);
    }
  };
  visit((pixel, cell) => {
    if (trimap[pixel] === 0 || trimap[pixel] === 255) return;
    distance[cell] = 0;
    unknown += 1;
  });
  chessboardDistance(distance, grid);
  visit((_, cell) => (count += distance[cell]! <= BAND ? 1 : 0));
  const pixels = new Int32Array(count);
  let nextUnknown = 0;
  let nextKnown = unknown;
  visit((pixel, cell) => {
    if (distance[cell]! > BAND) return;
    if (distance[cell] === 0) pixels[nextUnknown++] = pixel;
    else pixels[nextKnown++] = pixel;
  });
  return { pixels, unknown };
}
