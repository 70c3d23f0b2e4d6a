import { allocateEnvelopeScratch, FAR, lowerEnvelope, type EnvelopeScratch } from './lower-envelope.js';
import type { Size } from './picture.js';

/** Scratch of `discUnion` for pictures of a size. */
export interface WidenScratch {
  readonly values: Float32Array;
  readonly envelope: EnvelopeScratch;
}

export function allocateWidenScratch(size: Size): WidenScratch {
  return {
    values: new Float32Array(size.width * size.height),
    envelope: allocateEnvelopeScratch(size),
  };
}

/**
 * Marks the union of discs, one round each pixel: what lies within `radius` of a pixel that has one. The least of
 * (x − m)² − r(m)² over all pixels m is at most 0 there; it is found along columns, then rows.
 *
 * @param dst - receives 1 inside, 0 outside
 * @param radius - pixels; negative: no disc
 */
export function discUnion(
  dst: Uint8Array,
  radius: Float32Array,
  { width, height }: Size,
  { values, envelope }: WidenScratch,
): void {
  for (let i = 0; i < dst.length; i++) values[i] = radius[i]! < 0 ? FAR : -radius[i]! * radius[i]!;
  for (let x = 0; x < width; x++) lowerEnvelope(values, x, width, height, envelope);
  for (let y = 0; y < height; y++) lowerEnvelope(values, y * width, 1, width, envelope);
  for (let i = 0; i < dst.length; i++) dst[i] = values[i]! <= 0 ? 1 : 0;
}
