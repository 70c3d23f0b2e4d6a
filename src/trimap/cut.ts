import type { Size } from './picture.js';

/** Cells along each side of the picture, and bins along each of R′, G′, B′. */
const CELLS = 4;
const BINS = 4;
const COLOURS: number = BINS ** 3;

/**
 * Share of a cell's pixels whose colours the other picture has in the same cell or one beside it, on average over the
 * cells, below which the two are of different shots. Motion moves colours to a neighbouring cell; a cut replaces them.
 */
const SAME_SHOT = 0.8;

/** A change of light by more than this factor is not evened out. */
const MOST_GAIN = 1.5;

/**
 * Whether a clip cuts from one shot to another between two neighbouring frames: colour histograms by place (Swain and
 * Ballard, "Color Indexing", IJCV 1991, intersected) that motion within a cell's width does not change.
 *
 * @param earlier - interleaved R′G′B′ bytes
 * @param later - likewise
 */
export function isCut(earlier: Uint8Array, later: Uint8Array, size: Size): boolean {
  // A lamp that comes on changes every colour, but no shot.
  const gain = Math.max(1 / MOST_GAIN, Math.min(MOST_GAIN, (meanOf(earlier) + 1) / (meanOf(later) + 1)));
  const [a, b] = [histograms(earlier, size, 1), histograms(later, size, gain)];
  return Math.max(explained(a, b), explained(b, a)) < SAME_SHOT;
}

function meanOf(rgb: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < rgb.length; i += 3) sum += rgb[i]! + rgb[i + 1]! + rgb[i + 2]!;
  return sum / rgb.length;
}

/** Share of colours, cell by cell: CELLS × CELLS × COLOURS, each cell's sum 1. */
function histograms(rgb: Uint8Array, { width, height }: Size, gain: number): Float32Array {
  const shares = new Float32Array(CELLS * CELLS * COLOURS);
  const level = Uint8Array.from({ length: 256 }, (_, value) =>
    Math.min(BINS - 1, Math.floor((gain * value * BINS) / 256)),
  );
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor((y * CELLS) / height) * CELLS;
    for (let x = 0; x < width; x++, i += 3) {
      const cell = row + Math.floor((x * CELLS) / width);
      const colour = (level[rgb[i]!]! * BINS + level[rgb[i + 1]!]!) * BINS + level[rgb[i + 2]!]!;
      shares[cell * COLOURS + colour]! += (CELLS * CELLS) / (width * height);
    }
  }
  return shares;
}

/** How much of `a` is in `b` at the same place or beside it, 0..1. */
function explained(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let row = 0; row < CELLS; row++) {
    for (let column = 0; column < CELLS; column++) {
      for (let colour = 0; colour < COLOURS; colour++) {
        let there = 0;
        for (let y = Math.max(0, row - 1); y <= Math.min(CELLS - 1, row + 1); y++) {
          for (let x = Math.max(0, column - 1); x <= Math.min(CELLS - 1, column + 1); x++) {
            there = Math.max(there, b[(y * CELLS + x) * COLOURS + colour]!);
          }
        }
        sum += Math.min(a[(row * CELLS + column) * COLOURS + colour]!, there);
      }
    }
  }
  return sum / (CELLS * CELLS);
}
