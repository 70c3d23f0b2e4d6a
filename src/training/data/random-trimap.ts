import { allocateEnvelopeScratch } from '../../trimap/lower-envelope.js';
import { squaredDistances } from '../../trimap/morphology.js';
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
  const scratch = allocateEnvelopeScratch(size);
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

/** Of crops of the paper's 320 pixels; of others in proportion. Narrow bands are as frequent as wide ones. */
const WIDEST = 36;

/** A pixel past what is mixed, as 8 bits and a picture's format smear it. */
const NARROW: TrimapWidths = { foreground: 1, background: 1 };

/**
 * `random`: bands of drawn widths, and now and then nothing known, as people paint. `narrow`: always the narrowest band,
 * which follows from the picture, so that a network can learn to make it.
 */
export type TrimapKind = 'random' | 'narrow';

/**
 * The trimap of a sample, square.
 *
 * @param dst - 0, 128, 255
 * @param alpha - 0..1, row-major
 * @param forget - how often a random one lacks known foreground, known background or both, 0..1
 * @param crop - side of the crops that a network will see of it; default all of it
 */
export function sampleTrimap(
  dst: Uint8Array,
  alpha: Float32Array,
  side: number,
  options: { readonly trimaps: TrimapKind; readonly forget: number; readonly crop?: number },
  random: Random,
): void {
  const { trimaps: kind, forget, crop = side } = options;
  const size = { width: side, height: side };
  trimapFromAlpha(dst, alpha, size, kind === 'narrow' ? NARROW : anyWidths(random, crop));
  if (kind === 'random' && random.chance(forget)) forgetKnown(dst, random);
}

/** Widths for a crop, each side of the edge for itself. */
function anyWidths(random: Random, side: number): TrimapWidths {
  const width = (): number => Math.exp(random.uniform(0, Math.log((WIDEST * side) / 320)));
  return { foreground: width(), background: width() };
}

/** What a person paints inside smoke, where nothing is certain, and round a full frame of fur. */
function forgetKnown(trimap: Uint8Array, random: Random): void {
  const lost = random.integer(3);
  for (let i = 0; i < trimap.length; i++) {
    if (trimap[i] === FOREGROUND ? lost !== 1 : lost !== 0) trimap[i] = UNKNOWN;
  }
}
