import type { Size } from './picture.js';

/** Bins along each of R′, G′, B′. */
const BINS = 8;
const COLOURS: number = BINS ** 3;
/** Side of a cell in pixels. */
const CELL = 8;
/** Weights of the cells around a cell, by rings: a raised cosine that reaches three cells out. */
const SPREAD = [0.15, 0.5, 0.85, 1, 0.85, 0.5, 0.15];
/** Pixels' worth of evidence the whole picture's foreground colours count for against the neighbourhood's. */
const GLOBAL_WEIGHT = 100;

/**
 * Where which colours occur in a keyframe: a histogram of the known foreground and one of the known
 * background for every cell of a coarse grid, each gathered from the cells around it. Entry `2 · (cell ·
 * COLOURS + colour)` is foreground, the next one background.
 */
export interface ColourModel {
  readonly columns: number;
  readonly rows: number;
  readonly counts: Float32Array;
  /** Known pixels around each cell: foreground and background, interleaved. */
  readonly totals: Float32Array;
  /** Shares of the foreground's colours over the whole picture. */
  readonly foreground: Float32Array;
}

export function allocateColourModel({ width, height }: Size): ColourModel {
  const columns = Math.ceil(width / CELL);
  const rows = Math.ceil(height / CELL);
  return {
    columns,
    rows,
    counts: new Float32Array(columns * rows * COLOURS * 2),
    totals: new Float32Array(columns * rows * 2),
    foreground: new Float32Array(COLOURS),
  };
}

/** Learns the colours of a keyframe's known pixels. */
export function learnColours(rgb: Uint8Array, trimap: Uint8Array, size: Size): ColourModel {
  const model = allocateColourModel(size);
  const bins: SoftBins = { index: new Int32Array(8), weight: new Float32Array(8) };
  const { counts, foreground, columns } = model;
  // The entries that any cell has: a picture has few of all colours.
  const seen = new Uint8Array(2 * COLOURS);
  for (let y = 0, i = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, i++) {
      if (trimap[i] === 128) continue;
      const side = trimap[i] === 255 ? 0 : 1;
      const cell = Math.floor(y / CELL) * columns + Math.floor(x / CELL);
      softBins(bins, rgb, 3 * i);
      for (let k = 0; k < 8; k++) {
        const colour = bins.index[k]!;
        counts[2 * (cell * COLOURS + colour) + side]! += bins.weight[k]!;
        seen[2 * colour + side] = 1;
        if (side === 0) foreground[colour]! += bins.weight[k]!;
      }
    }
  }
  let total = 1e-6;
  for (let c = 0; c < COLOURS; c++) total += foreground[c]!;
  for (let c = 0; c < COLOURS; c++) foreground[c]! /= total;
  const entries = [...seen.keys()].filter((k) => seen[k] === 1);
  spreadCells(model, entries);
  for (let cell = 0; cell < columns * model.rows; cell++) {
    for (const k of entries) model.totals[2 * cell + (k & 1)]! += counts[2 * cell * COLOURS + k]!;
  }
  return model;
}

/** dst = a · weightA + b · weightB: the model for a frame between two keyframes. */
export function mixColours(
  dst: ColourModel,
  a: ColourModel,
  weightA: number,
  b: ColourModel,
  weightB: number,
): void {
  for (const key of ['counts', 'totals', 'foreground'] as const) {
    const to = dst[key];
    const first = a[key];
    const second = b[key];
    const scale = key === 'foreground' ? 1 / (weightA + weightB) : 1;
    for (let i = 0; i < to.length; i++) to[i] = scale * (weightA * first[i]! + weightB * second[i]!);
  }
}

/**
 * How likely each pixel's colour is in the foreground and in the background around it: shares of a colour
 * bin, 0..1.
 *
 * @param fgr - receives the foreground's
 * @param bgr - receives the background's
 */
export function colourLikelihoods(
  fgr: Float32Array,
  bgr: Float32Array,
  rgb: Uint8Array,
  model: ColourModel,
  { width, height }: Size,
): void {
  const { columns, counts, totals, foreground } = model;
  for (let y = 0, i = 0; y < height; y++) {
    const line = Math.floor(y / CELL) * columns;
    for (let x = 0; x < width; x++, i++) {
      // Cells overlap so widely that the nearest one serves.
      const cell = line + Math.floor(x / CELL);
      const [red, green, blue] = [rgb[3 * i]!, rgb[3 * i + 1]!, rgb[3 * i + 2]!];
      const lowest = STEP_R * LOWER[red]! + STEP_G * LOWER[green]! + LOWER[blue]!;
      const upperBlue = UPPER_SHARE[blue]!;
      let f = 0;
      let b = 0;
      let everywhere = 0;
      // The bins of `softBins`, two by two: those that differ in blue alone lie side by side.
      for (let k = 0; k < 4; k++) {
        const weight =
          (k & 1 ? UPPER_SHARE[red]! : 1 - UPPER_SHARE[red]!) *
          (k & 2 ? UPPER_SHARE[green]! : 1 - UPPER_SHARE[green]!);
        const colour = lowest + (k & 1 ? STEP_R : 0) + (k & 2 ? STEP_G : 0);
        const at = 2 * (cell * COLOURS + colour);
        const upper = weight * upperBlue;
        const lower = weight - upper;
        f += lower * counts[at]! + upper * counts[at + 2]!;
        b += lower * counts[at + 1]! + upper * counts[at + 3]!;
        everywhere += lower * foreground[colour]! + upper * foreground[colour + 1]!;
      }
      fgr[i] = (f + GLOBAL_WEIGHT * everywhere) / (totals[2 * cell]! + GLOBAL_WEIGHT);
      bgr[i] = (b + GLOBAL_WEIGHT / COLOURS) / (totals[2 * cell + 1]! + GLOBAL_WEIGHT);
    }
  }
}

interface SoftBins {
  readonly index: Int32Array;
  readonly weight: Float32Array;
}

/** By byte: the lower of the two bins around it, and how much of it the upper one has. */
const LOWER = new Uint8Array(256);
const UPPER_SHARE = new Float32Array(256);
for (let byte = 0; byte < 256; byte++) {
  const place = Math.min(BINS - 1, Math.max(0, (byte / 256) * BINS - 0.5));
  LOWER[byte] = Math.min(BINS - 2, Math.floor(place));
  UPPER_SHARE[byte] = place - LOWER[byte]!;
}
/** Steps between bins that differ in R′, in G′ and in B′. */
const [STEP_R, STEP_G] = [BINS * BINS, BINS];

/**
 * The eight bins around a colour with their trilinear weights, so that a small change of light is a small
 * change of likelihood.
 */
function softBins({ index, weight }: SoftBins, rgb: Uint8Array, at: number): void {
  const [red, green, blue] = [rgb[at]!, rgb[at + 1]!, rgb[at + 2]!];
  const base = STEP_R * LOWER[red]! + STEP_G * LOWER[green]! + LOWER[blue]!;
  const r = UPPER_SHARE[red]!;
  const g = UPPER_SHARE[green]!;
  const b = UPPER_SHARE[blue]!;
  for (let k = 0; k < 8; k++) {
    index[k] = base + (k & 1 ? STEP_R : 0) + (k & 2 ? STEP_G : 0) + (k & 4 ? 1 : 0);
    weight[k] = (k & 1 ? r : 1 - r) * (k & 2 ? g : 1 - g) * (k & 4 ? b : 1 - b);
  }
}

/**
 * Gathers every cell's counts from the cells around it, along the rows and then along the columns.
 *
 * @param entries - those of a cell that may be other than 0
 */
function spreadCells({ counts, columns, rows }: ColourModel, entries: readonly number[]): void {
  const block = 2 * COLOURS;
  const reach = SPREAD.length >> 1;
  for (const [lines, lineStep, length, step] of [
    [rows, columns, columns, 1],
    [columns, 1, rows, columns],
  ] as const) {
    const copy = new Float32Array(length * entries.length);
    for (let line = 0; line < lines; line++) {
      for (let n = 0, at = 0; n < length; n++) {
        const from = (line * lineStep + n * step) * block;
        for (const k of entries) copy[at++] = counts[from + k]!;
      }
      for (let n = 0; n < length; n++) {
        const to = (line * lineStep + n * step) * block;
        for (const k of entries) counts[to + k] = 0;
        for (let o = Math.max(-reach, -n); o <= Math.min(reach, length - 1 - n); o++) {
          const w = SPREAD[o + reach]!;
          let from = (n + o) * entries.length;
          for (const k of entries) counts[to + k]! += w * copy[from++]!;
        }
      }
    }
  }
}
