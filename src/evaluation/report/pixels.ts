import type { Image } from '../../ingest/read-image.js';

/** The image's R′G′B′ at 8 bits a sample. */
export function eightBit({ samples, format }: Image): Uint8Array {
  if (samples instanceof Uint8Array) return samples;
  const scale = 255 / (2 ** format.depth - 1);
  return Uint8Array.from(samples, (sample) => Math.round(scale * sample));
}

/** Alpha 0..1 as grey, one byte a pixel. */
export function greyFrom(alpha: Float32Array): Uint8Array {
  const grey = new Uint8ClampedArray(alpha.length);
  // A loop: Uint8Array.from walks other arrays by their iterator, many times slower.
  for (let i = 0; i < grey.length; i++) grey[i] = 255 * alpha[i]!;
  return new Uint8Array(grey.buffer);
}
