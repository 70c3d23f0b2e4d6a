import type { FrameFormat, FramePlanes } from '../core/frame.js';
import { legalCodes, type Codes } from './legal-codes.js';
import { activePixels, type Active } from './foreground-levels.js';

/** How much neighbours are alike in any case, and how much more where alpha changes between them. */
const SMOOTHNESS = 0.005;
const EDGE_SMOOTHNESS = 0.1;

/** Passes over a level, every other one backwards. */
const SWEEPS = 8;

/** Values a pixel: foreground (3), background (3). */
const VALUES = 6;

/** Memory that `estimateFineForeground` reuses from frame to frame; it grows to the largest subject seen. */
export interface FineForegroundScratch {
  /** Colours of the level at hand and of the one before it. */
  colours: [Float32Array, Float32Array];
}

export function allocateFineForeground(): FineForegroundScratch {
  return { colours: [new Float32Array(0), new Float32Array(0)] };
}

/**
 * Replaces the colour of soft pixels by the subject's own, in place in `planes.colour`, by multi-level estimation
 * (Germer, Uelwer, Conrad, Harmeling, "Fast Multi-Level Foreground Estimation", ICPR 2020): foreground and background
 * minimise, over all pixels i and their four neighbours j,
 *
 *   Σ |αᵢ Fᵢ + (1 − αᵢ) Bᵢ − Iᵢ|² + Σ wᵢⱼ (|Fᵢ − Fⱼ|² + |Bᵢ − Bⱼ|²),   wᵢⱼ = SMOOTHNESS + EDGE_SMOOTHNESS |αᵢ − αⱼ|.
 *
 * A few Gauss–Seidel passes a level, each solving a pixel's 2 × 2 system, from the picture's coarsest sampling to itself.
 * Every term is an affine combination of colours, so it holds in Y′CbCr as in R′G′B′, at the source's depth. Only what is
 * soft and what lies around it is solved; the paper's weights (1e-5 and 1) leave more of the background, measured on clips
 * whose foreground is known.
 *
 * Pixels of alpha 1 keep the source's samples exactly. Where alpha is 0 the foreground colour is carried on for 16 pixels;
 * beyond, the source's pixels stay. Results are clipped to the format's legal codes, or to the source pixel where that
 * itself lies beyond them.
 */
export function estimateFineForeground(
  planes: FramePlanes,
  format: FrameFormat,
  scratch: FineForegroundScratch,
): void {
  const levels = activePixels(planes.alpha, format);
  if (!levels) return;
  const codes = legalCodes(format);
  let coarser: Active | undefined;
  for (const level of levels.toReversed()) {
    const { colours } = scratch;
    const size = VALUES * level.width * level.height;
    // The level before last is not needed any more.
    scratch.colours = [colours[1], colours[0].length < size ? new Float32Array(size) : colours[0]];
    begin(scratch, level, coarser, planes);
    for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
      relax(scratch.colours[1], level, planes, codes, sweep % 2 === 1);
    }
    coarser = level;
  }
  write(planes, scratch.colours[1], levels[0]!, codes);
}

/** Known colours are the picture's; those that are mixed or hidden begin as the coarser level has them. */
function begin(
  { colours: [before, now] }: FineForegroundScratch,
  level: Active,
  coarser: Active | undefined,
  { alpha, colour }: FramePlanes,
): void {
  const { width, height, step, left, top, stride } = level;
  for (let y = 0, to = 0; y < height; y += 1) {
    const row = coarser ? Math.min(y >> 1, coarser.height - 1) * coarser.width : 0;
    for (let x = 0; x < width; x += 1, to += VALUES) {
      const at = (top + y * step) * stride + left + x * step;
      const from = coarser ? VALUES * (row + Math.min(x >> 1, coarser.width - 1)) : -1;
      const a = alpha[at]!;
      for (let k = 0; k < 3; k += 1) {
        const own = colour[k]![at]!;
        now[to + k] = a === 1 || from < 0 ? own : before[from + k]!;
        now[to + 3 + k] = a === 0 || from < 0 ? own : before[from + 3 + k]!;
      }
    }
  }
}

/** One pass over a level's pixels, each solved with its neighbours as they are. */
function relax(
  values: Float32Array,
  { width, height, step, left, top, stride, pixels }: Active,
  { alpha, colour: [p0, p1, p2] }: FramePlanes,
  { low, high0, high1, high2 }: Codes,
  backwards: boolean,
): void {
  const beside = new Int32Array(4);
  for (let n = 0; n < pixels.length; n += 1) {
    const pixel = pixels[backwards ? pixels.length - 1 - n : n]!;
    const y = Math.floor(pixel / width);
    const x = pixel - y * width;
    const at = (top + y * step) * stride + left + x * step;
    const a = alpha[at]!;
    beside[0] = x > 0 ? -1 : 0;
    beside[1] = x + 1 < width ? 1 : 0;
    beside[2] = y > 0 ? -width : 0;
    beside[3] = y + 1 < height ? width : 0;
    const b = 1 - a;
    let smooth = 0;
    let f0 = a * p0[at]!;
    let f1 = a * p1[at]!;
    let f2 = a * p2[at]!;
    let b0 = b * p0[at]!;
    let b1 = b * p1[at]!;
    let b2 = b * p2[at]!;
    for (let k = 0; k < 4; k += 1) {
      const to = beside[k]!;
      const across = k < 2 ? to * step : Math.sign(to) * step * stride;
      const weight = SMOOTHNESS + EDGE_SMOOTHNESS * Math.abs(a - alpha[at + across]!);
      const v = VALUES * (pixel + to);
      smooth += weight;
      f0 += weight * values[v]!;
      f1 += weight * values[v + 1]!;
      f2 += weight * values[v + 2]!;
      b0 += weight * values[v + 3]!;
      b1 += weight * values[v + 4]!;
      b2 += weight * values[v + 5]!;
    }
    const aa = a * a + smooth;
    const bb = b * b + smooth;
    const ab = a * b;
    const over = 1 / (aa * bb - ab * ab);
    const v = VALUES * pixel;
    values[v] = clipped(over * (bb * f0 - ab * b0), low, high0);
    values[v + 1] = clipped(over * (bb * f1 - ab * b1), low, high1);
    values[v + 2] = clipped(over * (bb * f2 - ab * b2), low, high2);
    values[v + 3] = clipped(over * (aa * b0 - ab * f0), low, high0);
    values[v + 4] = clipped(over * (aa * b1 - ab * f1), low, high1);
    values[v + 5] = clipped(over * (aa * b2 - ab * f2), low, high2);
  }
}

function write(
  { alpha, colour }: FramePlanes,
  values: Float32Array,
  { width, left, top, stride, pixels }: Active,
  { low, high0, high1, high2 }: Codes,
): void {
  const highs = [high0, high1, high2] as const;
  for (const pixel of pixels) {
    const y = Math.floor(pixel / width);
    const at = (top + y) * stride + left + pixel - y * width;
    if (alpha[at] === 1) continue;
    for (let k = 0; k < 3; k += 1) {
      const plane = colour[k]!;
      const source = plane[at]!;
      // Stores truncate.
      plane[at] =
        clipped(values[VALUES * pixel + k]!, Math.min(low, source), Math.max(highs[k]!, source)) + 0.5;
    }
  }
}

function clipped(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}
