import { BACKGROUND, FOREGROUND, UNKNOWN, type CellGrid } from '../cell-grid.js';

/** How far from the unknown region known pixels are counted, pixels. */
export const NEAR = 20;

/** Bins along each of R′, G′ and B′. */
const BINS = 10;

/**
 * Share of the unknown pixels whose colours neither side has, above which the subject is taken for transparent: more than
 * any of twelve opaque ones has, animals and people, 0.12 to 0.44.
 */
const MOST = 0.5;

/**
 * Whether the unknown region looks as if most of it were mixed: glass, a veil. Colours of such a region are neither the
 * foreground's nor the background's, and what known colours say of its alpha misleads.
 *
 * Compares histograms of colour: of the unknown pixels, of the foreground's and of the background's within `NEAR` pixels of
 * them. Never where one side has no pixels there.
 *
 * @param grid - read with a reach of `NEAR`
 */
export function looksTransparent(grid: CellGrid): boolean {
  return unexplained(grid) > MOST;
}

/** Share of the unknown pixels that remains of their histogram when the nearest mixture of the two sides' is taken away, 0..1. */
export function unexplained(grid: CellGrid): number {
  const [bgr, unknown, fgr] = [BACKGROUND, UNKNOWN, FOREGROUND].map((state) => histogram(grid, state));
  if (!bgr || !unknown || !fgr) return 0;
  // The share of the foreground, by least squares.
  let along = 0;
  let square = 0;
  for (let bin = 0; bin < unknown.length; bin += 1) {
    const step = fgr[bin]! - bgr[bin]!;
    along += step * (unknown[bin]! - bgr[bin]!);
    square += step * step;
  }
  const share = square === 0 ? 0 : Math.min(Math.max(along / square, 0), 1);
  let rest = 0;
  for (let bin = 0; bin < unknown.length; bin += 1)
    rest += Math.abs(unknown[bin]! - share * fgr[bin]! - (1 - share) * bgr[bin]!);
  return rest / 2;
}

/** Of the pixels in one state that are near the unknown region: their shares of each bin, or nothing if there are none. */
function histogram(
  { width, height, stride, origin, state, distance, colour }: CellGrid,
  wanted: number,
): Float64Array | undefined {
  const counts = new Float64Array(BINS ** 3);
  const bin = (value: number): number => Math.min(Math.floor(BINS * value), BINS - 1);
  let count = 0;
  for (let y = 0; y < height; y += 1) {
    for (let cell = origin + y * stride, end = cell + width; cell < end; cell += 1) {
      if (state[cell] !== wanted || distance[cell]! > NEAR) continue;
      const [red, green, blue] = colour;
      const at = (bin(red[cell]!) * BINS + bin(green[cell]!)) * BINS + bin(blue[cell]!);
      counts[at] = counts[at]! + 1;
      count += 1;
    }
  }
  return count === 0 ? undefined : counts.map((value) => value / count);
}
