import type { Size } from './picture.js';

/** Scratch of `discUnion` for pictures up to a size. */
export interface WidenScratch {
  readonly values: Float64Array;
  readonly line: Float64Array;
  readonly hull: Int32Array;
  readonly bounds: Float64Array;
}

export function allocateWidenScratch({ width, height }: Size): WidenScratch {
  const side = Math.max(width, height);
  return {
    values: new Float64Array(width * height),
    line: new Float64Array(side),
    hull: new Int32Array(side),
    bounds: new Float64Array(side + 1),
  };
}

/**
 * Marks the union of discs, one round each pixel: what lies within `radius` of a pixel that has one. The least of
 * (x − m)² − r(m)² over all pixels m is at most 0 there; it is found by the lower envelope of parabolas, along columns,
 * then rows (Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", Theory of Computing 8, 2012).
 *
 * @param dst - receives 1 inside, 0 outside
 * @param radius - pixels; negative: no disc
 */
export function discUnion(
  dst: Uint8Array,
  radius: Float32Array,
  { width, height }: Size,
  scratch: WidenScratch,
): void {
  const { values } = scratch;
  for (let i = 0; i < dst.length; i++) values[i] = radius[i]! < 0 ? Infinity : -radius[i]! * radius[i]!;
  for (let x = 0; x < width; x++) envelope(values, x, width, height, scratch);
  for (let y = 0; y < height; y++) envelope(values, y * width, 1, width, scratch);
  for (let i = 0; i < dst.length; i++) dst[i] = values[i]! <= 0 ? 1 : 0;
}

/** One line, in place: the least of (x − q)² + f(q) over its pixels q. */
function envelope(
  values: Float64Array,
  start: number,
  step: number,
  length: number,
  { line, hull, bounds }: WidenScratch,
): void {
  let last = -1;
  for (let q = 0; q < length; q++) {
    const f = values[start + q * step]!;
    line[q] = f;
    if (f === Infinity) continue;
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
