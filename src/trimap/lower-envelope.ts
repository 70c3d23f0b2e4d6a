import type { Size } from './picture.js';

/** A value above any picture's squared distance, exact in single precision; stands for "no such pixel". */
export const FAR: number = 2 ** 40;

/** Scratch of `lowerEnvelope` for the rows and columns of pictures up to a size. */
export interface EnvelopeScratch {
  readonly line: Float64Array;
  readonly hull: Int32Array;
  readonly bounds: Float64Array;
}

export function allocateEnvelopeScratch({ width, height }: Size): EnvelopeScratch {
  const side = Math.max(width, height);
  return { line: new Float64Array(side), hull: new Int32Array(side), bounds: new Float64Array(side + 1) };
}

/**
 * A line of pixels, in place: the least of (x − q)² + f(q) over its pixels q, as the lower envelope of parabolas. Pixels of
 * `FAR` or more have none. Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", Theory of Computing 8, 2012.
 *
 * @param step - between two pixels of the line
 */
export function lowerEnvelope(
  values: Float32Array,
  start: number,
  step: number,
  length: number,
  { line, hull, bounds }: EnvelopeScratch,
): void {
  let last = -1;
  for (let q = 0; q < length; q++) {
    const f = values[start + q * step]!;
    line[q] = f;
    if (f >= FAR) continue;
    let from = -Infinity;
    while (last >= 0) {
      const v = hull[last]!;
      from = (f + q * q - (line[v]! + v * v)) / (2 * (q - v));
      if (from > bounds[last]!) break;
      last -= 1;
      from = -Infinity;
    }
    last += 1;
    hull[last] = q;
    bounds[last] = from;
  }
  if (last < 0) return;
  for (let x = 0, k = 0; x < length; x++) {
    while (k < last && bounds[k + 1]! < x) k += 1;
    const v = hull[k]!;
    values[start + x * step] = (x - v) * (x - v) + line[v]!;
  }
}
