import { MatteflowError } from '../core/errors.js';
import type { FrameFormat, FramePlanes } from '../core/frame.js';
import { COEFFICIENTS, COLUMN_SUMS, fitWindow } from '../core/window-fit.js';
import { addColumn, dropColumn } from './colour-fit.js';
import { clip, rgbMatrix } from './rgb-matrix.js';
import { readRgb } from './rgb-pixels.js';
import { unknownBounds, type Bounds } from './unknown-bounds.js';

export interface GuidedFilterOptions {
  /** Windows are (2·radius + 1)² pixels, cut off at the frame's edge. */
  readonly radius: number;
  /** Added to a window's colour covariance, R′G′B′ in 0..1: what varies less than this counts as flat. */
  readonly epsilon: number;
}

/** For an alpha that is good already: those with the least error behind the prior, over four photographs at 800 pixels. */
const REFINING: GuidedFilterOptions = { radius: 4, epsilon: 1e-5 };

/**
 * The colour guided filter at full size (He, Sun, Tang, "Guided Image Filtering", PAMI 2013, §3.5): in each window p is
 * fitted as a linear function of the frame's R′G′B′, p ≈ a·I + b, and a pixel takes the mean of the functions of all
 * windows it lies in. Both box filters run as rows pass by: sums of columns gain a row and lose one, those of a window
 * gain a column and lose one. So the cost does not depend on the radius, and memory is a few rows, in double precision:
 * a covariance is the small difference of large sums.
 *
 * Writes the unknown pixels, clipped to 0..1, and no others; works on the rectangle round them.
 *
 * @param dst - the frame's size; not `p` itself
 * @param p - what is filtered, 0..1, of the same shape; known pixels too
 * @throws `USAGE` for a radius or an epsilon that makes no window
 */
export function guidedFilter(
  dst: Float32Array,
  p: Float32Array,
  planes: Pick<FramePlanes, 'colour' | 'trimap'>,
  format: FrameFormat,
  options: GuidedFilterOptions = REFINING,
): void {
  checkOptions(options);
  const unknown = unknownBounds(planes.trimap, format);
  if (unknown === undefined) return;
  const filter = allocateFilter(p, planes, format, options, unknown);
  const { radius, firstFit } = filter;
  for (let y = unknown.top; y < unknown.bottom; y += 1) {
    for (; filter.nextFit <= Math.min(y + radius, format.height - 1); filter.nextFit += 1)
      addFits(filter, filter.nextFit);
    if (y - radius > firstFit) dropFits(filter, y - radius - 1);
    writeRow(dst, filter, y, unknown);
  }
}

function checkOptions({ radius, epsilon }: GuidedFilterOptions): void {
  if (Number.isInteger(radius) && radius > 0 && epsilon > 0) return;
  throw new MatteflowError('USAGE', {
    what: 'the guided filter has no such window',
    seen: `radius ${radius}, epsilon ${epsilon}`,
    expected: 'a radius of 1 pixel or more, whole, and an epsilon over 0',
  });
}

/** The filter at one row of the frame. Column 0 of its arrays is the frame's column `left`. */
interface Filter {
  readonly p: Float32Array;
  readonly planes: Pick<FramePlanes, 'colour' | 'trimap'>;
  readonly format: FrameFormat;
  readonly matrix: Float64Array;
  /** One row's colours. */
  readonly rgb: Float64Array;
  readonly radius: number;
  readonly epsilon: number;
  /** Columns that take part: those of unknown pixels' windows, and of these windows' pixels' windows. */
  readonly left: number;
  readonly width: number;
  /** Sums of the rows round `nextFit`, `COLUMN_SUMS` a column. */
  readonly pixelSums: Float64Array;
  /** The first row of pixels that is summed, and the next one. */
  readonly firstPixels: number;
  nextPixels: number;
  /** The functions of the windows in the last 2·radius + 2 rows, row y at y mod that. */
  readonly fits: readonly Float64Array[];
  /** Sums of the rows of functions that reach the row at hand, `COEFFICIENTS` a column. */
  readonly fitSums: Float64Array;
  readonly firstFit: number;
  nextFit: number;
  /** Sums of the window at hand. */
  readonly pixelWindow: Float64Array;
  readonly fitWindow: Float64Array;
}

function allocateFilter(
  p: Float32Array,
  planes: Pick<FramePlanes, 'colour' | 'trimap'>,
  format: FrameFormat,
  { radius, epsilon }: GuidedFilterOptions,
  unknown: Bounds,
): Filter {
  const left = Math.max(unknown.left - 2 * radius, 0);
  const width = Math.min(unknown.right + 2 * radius, format.width) - left;
  const firstFit = Math.max(unknown.top - radius, 0);
  const firstPixels = Math.max(firstFit - radius, 0);
  const kept = Math.min(2 * radius + 2, format.height);
  return {
    ...{ p, planes, format, matrix: rgbMatrix(format), radius, epsilon, left, width },
    ...{ firstPixels, nextPixels: firstPixels, firstFit, nextFit: firstFit },
    rgb: new Float64Array(3 * width),
    pixelSums: new Float64Array(COLUMN_SUMS * width),
    fits: Array.from({ length: kept }, () => new Float64Array(COEFFICIENTS * width)),
    fitSums: new Float64Array(COEFFICIENTS * width),
    pixelWindow: new Float64Array(COLUMN_SUMS),
    fitWindow: new Float64Array(COEFFICIENTS),
  };
}

/** Fits the windows round row y and adds their functions to the sums. */
function addFits(filter: Filter, y: number): void {
  const { radius, epsilon, width, format, pixelSums, pixelWindow, firstPixels, fits, fitSums } = filter;
  for (; filter.nextPixels <= Math.min(y + radius, format.height - 1); filter.nextPixels += 1)
    sumPixels(filter, filter.nextPixels, 1);
  if (y - radius > firstPixels) sumPixels(filter, y - radius - 1, -1);
  const rows = Math.min(y + radius, format.height - 1) - Math.max(y - radius, 0) + 1;
  const row = fits[y % fits.length]!;
  pixelWindow.fill(0);
  for (let x = 0; x < Math.min(radius, width); x += 1) addColumn(pixelWindow, pixelSums, COLUMN_SUMS * x);
  for (let x = 0; x < width; x += 1) {
    if (x + radius < width) addColumn(pixelWindow, pixelSums, COLUMN_SUMS * (x + radius));
    if (x > radius) dropColumn(pixelWindow, pixelSums, COLUMN_SUMS * (x - radius - 1));
    const columns = Math.min(x + radius, width - 1) - Math.max(x - radius, 0) + 1;
    fitWindow(row, x, pixelWindow, 1 / (rows * columns), epsilon);
  }
  for (let at = 0; at < fitSums.length; at += 1) fitSums[at] = fitSums[at]! + row[at]!;
}

function dropFits({ fits, fitSums }: Filter, y: number): void {
  const row = fits[y % fits.length]!;
  for (let at = 0; at < fitSums.length; at += 1) fitSums[at] = fitSums[at]! - row[at]!;
}

/** Adds a row of pixels to the columns' sums (sign 1), or takes it out (-1). */
function sumPixels(
  { p, planes, format, matrix, left, width, rgb, pixelSums }: Filter,
  y: number,
  sign: 1 | -1,
): void {
  const start = y * format.width + left;
  readRgb(rgb, planes.colour, matrix, start, width);
  for (let x = 0, to = 0; x < width; x += 1, to += COLUMN_SUMS) {
    const r = rgb[3 * x]!;
    const g = rgb[3 * x + 1]!;
    const b = rgb[3 * x + 2]!;
    const v = sign * p[start + x]!;
    const [sr, sg, sb] = [sign * r, sign * g, sign * b];
    pixelSums[to] = pixelSums[to]! + sr;
    pixelSums[to + 1] = pixelSums[to + 1]! + sg;
    pixelSums[to + 2] = pixelSums[to + 2]! + sb;
    pixelSums[to + 3] = pixelSums[to + 3]! + sr * r;
    pixelSums[to + 4] = pixelSums[to + 4]! + sr * g;
    pixelSums[to + 5] = pixelSums[to + 5]! + sr * b;
    pixelSums[to + 6] = pixelSums[to + 6]! + sg * g;
    pixelSums[to + 7] = pixelSums[to + 7]! + sg * b;
    pixelSums[to + 8] = pixelSums[to + 8]! + sb * b;
    pixelSums[to + 9] = pixelSums[to + 9]! + v;
    pixelSums[to + 10] = pixelSums[to + 10]! + v * r;
    pixelSums[to + 11] = pixelSums[to + 11]! + v * g;
    pixelSums[to + 12] = pixelSums[to + 12]! + v * b;
  }
}

/** Applies the mean of the functions to the unknown pixels of row y. */
function writeRow(dst: Float32Array, filter: Filter, y: number, unknown: Bounds): void {
  const { planes, format, matrix, radius, left, rgb, fitSums, fitWindow: sums } = filter;
  const row = y * format.width;
  readRgb(rgb, planes.colour, matrix, row + unknown.left, unknown.right - unknown.left);
  const rows = Math.min(y + radius, format.height - 1) - Math.max(y - radius, 0) + 1;
  let next = Math.max(unknown.left - radius, 0);
  sums.fill(0);
  for (let x = unknown.left; x < unknown.right; x += 1) {
    const last = Math.min(x + radius, format.width - 1);
    for (; next <= last; next += 1) addColumn(sums, fitSums, COEFFICIENTS * (next - left));
    const first = Math.max(x - radius, 0);
    if (x > unknown.left && x > radius) dropColumn(sums, fitSums, COEFFICIENTS * (first - 1 - left));
    const known = planes.trimap[row + x]!;
    if (known === 0 || known === 255) continue;
    const at = 3 * (x - unknown.left);
    const sum = sums[0]! * rgb[at]! + sums[1]! * rgb[at + 1]! + sums[2]! * rgb[at + 2]! + sums[3]!;
    dst[row + x] = clip(sum / (rows * (last - first + 1)));
  }
}
