import { allocateDistanceScratch, squaredDistances } from '../../trimap/morphology.js';
import { BACKGROUND, FOREGROUND, UNKNOWN } from '../../trimap/trimap.js';
import type { Random } from '../random.js';

/** Alpha at and above which a pixel may be called foreground, and at and below which background. */
export const SURE = { foreground: 0.985, background: 0.015 };

/** How far the unknown band reaches past what is truly mixed, pixels. */
export interface TrimapWidths {
  readonly foreground: number;
  readonly background: number;
}

/**
 * A trimap that never contradicts alpha: the two sure regions, each shrunk by a disc of its own radius.
 *
 * @param dst - 0, 128, 255
 * @param alpha - 0..1, row-major
 */
export function trimapFromAlpha(
  dst: Uint8Array,
  alpha: Float32Array,
  size: { readonly width: number; readonly height: number },
  widths: TrimapWidths,
): void {
  const scratch = allocateDistanceScratch(size);
  const distances = new Float32Array(alpha.length);
  const unsure = new Uint8Array(alpha.length);
  dst.fill(UNKNOWN);
  for (let i = 0; i < alpha.length; i++) unsure[i] = alpha[i]! < SURE.foreground ? 1 : 0;
  squaredDistances(distances, unsure, size, 1, scratch);
  for (let i = 0; i < dst.length; i++) if (distances[i]! > widths.foreground ** 2) dst[i] = FOREGROUND;
  for (let i = 0; i < alpha.length; i++) unsure[i] = alpha[i]! > SURE.background ? 1 : 0;
  squaredDistances(distances, unsure, size, 1, scratch);
  for (let i = 0; i < dst.length; i++) if (distances[i]! > widths.background ** 2) dst[i] = BACKGROUND;
}

/** Of crops of the paper's 320 pixels; others in proportion. Narrow bands are as frequent as wide ones. */
const WIDEST = 36;

/** Crops without known foreground, without known background, or without either. */
const INCOMPLETE = 0.15;

/** Widths for a crop, each side of the edge for itself. */
export function anyWidths(random: Random, side: number): TrimapWidths {
  const width = (): number => Math.exp(random.uniform(0, Math.log((WIDEST * side) / 320)));
  return { foreground: width(), background: width() };
}

/** Now and then forgets what is known: a person paints nothing certain inside smoke, and nothing outside a full frame of fur. */
export function forgetKnown(trimap: Uint8Array, random: Random): void {
  if (!random.chance(INCOMPLETE)) return;
  const lost = random.integer(3);
  for (let i = 0; i < trimap.length; i++) {
    if (trimap[i] === FOREGROUND ? lost !== 1 : lost !== 0) trimap[i] = UNKNOWN;
  }
}
