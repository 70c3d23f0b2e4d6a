import { sampleBilinear } from './bilinear.js';
import { halfSize, type Size } from './picture.js';

/** Side of the finest cells, pixels: a subject's texture is averaged, its parts are not. */
const CELL = 4;
/** Sure pixels that make a cell's colour its own. */
const ENOUGH = 3;
/** Halvings of the cells at most: colours are carried by some 128 pixels. */
const HALVINGS = 5;

/** One halving: R′, G′, B′ and weight 0..1 interleaved, the colours multiplied by the weight. */
interface Cells extends Size {
  readonly values: Float32Array;
}

/** Colours of cells of a picture, finest first. */
export type ColourPyramid = readonly Cells[];

export function allocateColours({ width, height }: Size): ColourPyramid {
  const levels: Cells[] = [];
  let size: Size = { width: Math.ceil(width / CELL), height: Math.ceil(height / CELL) };
  for (let n = 0; n <= HALVINGS; n++, size = halfSize(size)) {
    levels.push({ ...size, values: new Float32Array(4 * size.width * size.height) });
  }
  return levels;
}

/**
 * Spreads the colours of sure pixels to where there are none: every cell takes its own mean as far as it has one, and the
 * rest from the next coarser cells (pull-push; Gortler, Grzeszczuk, Szeliski and Cohen, "The Lumigraph", SIGGRAPH 1996, §3.4).
 *
 * @param rgb - interleaved R′G′B′
 * @param sure - 1 for pixels whose colour is taken
 */
export function spreadColours(cells: ColourPyramid, rgb: Uint8Array, sure: Uint8Array, size: Size): void {
  gather(cells[0]!, rgb, sure, size);
  for (let n = 1; n < cells.length; n++) pull(cells[n]!, cells[n - 1]!);
  for (let n = cells.length - 1; n > 0; n--) push(cells[n - 1]!, cells[n]!);
}

/**
 * The spread colour at a pixel.
 *
 * @param dst - receives R′, G′, B′, 0..255, and how far there is one at all, 0..1; colours are those of `dst[3]` > 0
 */
export function colourAt(dst: Float64Array, [cells]: ColourPyramid, x: number, y: number): void {
  sampleBilinear(dst, 0, cells!.values, cells!, 4, (x + 0.5) / CELL - 0.5, (y + 0.5) / CELL - 0.5);
  const weight = dst[3]!;
  if (weight === 0) return;
  for (let c = 0; c < 3; c++) dst[c]! /= weight;
}

function gather({ width, values }: Cells, rgb: Uint8Array, sure: Uint8Array, size: Size): void {
  values.fill(0);
  for (let y = 0, i = 0; y < size.height; y++) {
    const row = Math.floor(y / CELL) * width;
    for (let x = 0; x < size.width; x++, i++) {
      if (sure[i] === 0) continue;
      const at = 4 * (row + Math.floor(x / CELL));
      values[at]! += rgb[3 * i]!;
      values[at + 1]! += rgb[3 * i + 1]!;
      values[at + 2]! += rgb[3 * i + 2]!;
      values[at + 3]! += 1;
    }
  }
  for (let at = 0; at < values.length; at += 4) scale(values, at, 1 / Math.max(ENOUGH, values[at + 3]!));
}

/** Coarser cells of finer ones: sums, of a weight of 1 at most. */
function pull(dst: Cells, src: Cells): void {
  dst.values.fill(0);
  for (let y = 0, from = 0; y < src.height; y++) {
    for (let x = 0; x < src.width; x++, from += 4) {
      const at = 4 * ((y >> 1) * dst.width + (x >> 1));
      for (let c = 0; c < 4; c++) dst.values[at + c]! += src.values[from + c]!;
    }
  }
  for (let at = 0; at < dst.values.length; at += 4)
    scale(dst.values, at, 1 / Math.max(1, dst.values[at + 3]!));
}

/** Fills up finer cells with coarser ones. */
function push(dst: Cells, src: Cells): void {
  const coarse = new Float64Array(4);
  for (let y = 0, at = 0; y < dst.height; y++) {
    for (let x = 0; x < dst.width; x++, at += 4) {
      const missing = 1 - dst.values[at + 3]!;
      if (missing <= 0) continue;
      sampleBilinear(coarse, 0, src.values, src, 4, (x + 0.5) / 2 - 0.5, (y + 0.5) / 2 - 0.5);
      for (let c = 0; c < 4; c++) dst.values[at + c]! += missing * coarse[c]!;
    }
  }
}

function scale(values: Float32Array, at: number, factor: number): void {
  for (let c = at; c < at + 4; c++) values[c]! *= factor;
}
