import type { Image } from '../../ingest/read-image.js';

/** The image's R′G′B′ at 8 bits a sample. */
export function eightBit({ samples, format }: Image): Uint8Array {
  if (samples instanceof Uint8Array) return samples;
  const scale = 255 / (2 ** format.depth - 1);
  return Uint8Array.from(samples, (sample) => Math.round(scale * sample));
}

/** Alpha 0..1 as grey, one byte a pixel. */
export function greyFrom(alpha: Float32Array): Uint8Array {
  return Uint8Array.from(alpha, (value) => Math.round(255 * Math.min(Math.max(value, 0), 1)));
}
