import type { Size } from './picture.js';

/** A picture reduced by a whole number of pixels each way; what is left over at the right and below is left out. */
export interface CellGrid extends Size {
  /** Pixels of a cell's side. */
  readonly side: number;
  /** Of the picture. */
  readonly full: Size;
}

/** Slopes of a cell: three channels' across and down. */
export const SLOPES = 6;

/** How a reduced picture rises and falls. */
export interface Slopes {
  /** SLOPES numbers a cell, levels over two cells; 0 at the border. */
  readonly values: Float32Array;
  /** Their squares' sum. */
  readonly energy: Float32Array;
}

/** @param cells - of the shorter side, about */
export function cellGrid(full: Size, cells: number): CellGrid {
  const side = Math.max(1, Math.round(Math.min(full.width, full.height) / cells));
  return { width: Math.floor(full.width / side), height: Math.floor(full.height / side), side, full };
}

/**
 * Cells that, with their four neighbours, lie in a region altogether.
 *
 * @param dst - receives 1 or 0
 * @param region - 1 for its pixels
 * @returns how many
 */
export function cellsInside(dst: Uint8Array, whole: Uint8Array, region: Uint8Array, grid: CellGrid): number {
  const { width, height, side, full } = grid;
  whole.fill(1);
  for (let y = 0; y < height * side; y++) {
    const row = Math.floor(y / side) * width;
    for (let x = 0; x < width * side; x++) {
      if (region[y * full.width + x] === 0) whole[row + Math.floor(x / side)] = 0;
    }
  }
  dst.fill(0);
  let count = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * width + 1; i < (y + 1) * width - 1; i++) {
      dst[i] = whole[i]! & whole[i - 1]! & whole[i + 1]! & whole[i - width]! & whole[i + width]!;
      count += dst[i]!;
    }
  }
  return count;
}

/**
 * The slopes of a picture's cell means.
 *
 * @param means - scratch, a number a cell for each channel
 * @param rgb - interleaved R′G′B′, 0..255
 */
export function takeSlopes(
  { values, energy }: Slopes,
  means: readonly [Float32Array, Float32Array, Float32Array],
  rgb: Uint8Array | Float32Array,
  grid: CellGrid,
): void {
  const { width, height } = grid;
  takeMeans(means, rgb, grid);
  energy.fill(0);
  means.forEach((mean, c) => {
    for (let y = 1; y < height - 1; y++) {
      for (let i = y * width + 1; i < (y + 1) * width - 1; i++) {
        const across = mean[i + 1]! - mean[i - 1]!;
        const down = mean[i + width]! - mean[i - width]!;
        values[SLOPES * i + 2 * c] = across;
        values[SLOPES * i + 2 * c + 1] = down;
        energy[i]! += across * across + down * down;
      }
    }
  });
}

function takeMeans(
  [red, green, blue]: readonly [Float32Array, Float32Array, Float32Array],
  rgb: Uint8Array | Float32Array,
  { width, height, side, full }: CellGrid,
): void {
  const share = 1 / (side * side);
  for (const mean of [red, green, blue]) mean.fill(0);
  for (let y = 0; y < height * side; y++) {
    const row = Math.floor(y / side) * width;
    for (let x = 0, at = 3 * y * full.width; x < width * side; x++, at += 3) {
      const i = row + Math.floor(x / side);
      red[i]! += share * rgb[at]!;
      green[i]! += share * rgb[at + 1]!;
      blue[i]! += share * rgb[at + 2]!;
    }
  }
}
