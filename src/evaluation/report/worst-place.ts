/** Side of the windows that are shown pixel by pixel, pixels. */
const SIDE = 128;
/** Windows at most this far apart on both axes show the same thing, pixels. */
const CLOSE = 32;

/** A window of a picture, pixels. */
export interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where methods do worst: each window once, and which one is whose. */
export interface WorstPlaces {
  readonly places: readonly Place[];
  /** Index into `places` by method; a method without any error has none. */
  readonly placeOf: ReadonlyMap<string, number>;
}

/**
 * The window of 128 × 128 pixels (or the whole of a smaller axis) that holds the most error: all positions are
 * compared, by a summed-area table. Of equals the first in reading order; undefined where there is no error at all.
 *
 * @param error - row-major, `width × height`, none negative
 */
export function worstPlace(
  error: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
): Place | undefined {
  const w = Math.min(SIDE, width);
  const h = Math.min(SIDE, height);
  const sums = summedArea(error, width, height);
  const stride = width + 1;
  let most = 0;
  let worst: Place | undefined;
  for (let top = 0; top + h <= height; top++) {
    for (let left = 0; left + w <= width; left++) {
      const upper = top * stride + left;
      const lower = upper + h * stride;
      const sum = sums[lower + w]! - sums[lower]! - sums[upper + w]! + sums[upper]!;
      if (sum <= most) continue;
      most = sum;
      worst = { left, top, width: w, height: h };
    }
  }
  return worst;
}

/** Every method's worst place; one that lies close to an earlier method's is shown there. */
export function worstPlaces(
  errors: ReadonlyMap<string, Float32Array>,
  size: { readonly width: number; readonly height: number },
): WorstPlaces {
  const places: Place[] = [];
  const placeOf = new Map<string, number>();
  for (const [method, error] of errors) {
    const place = worstPlace(error, size);
    if (!place) continue;
    const near = places.findIndex(
      ({ left, top }) => Math.max(Math.abs(left - place.left), Math.abs(top - place.top)) <= CLOSE,
    );
    placeOf.set(method, near === -1 ? places.push(place) - 1 : near);
  }
  return { places, placeOf };
}

/** At (x, y) of a table one larger on both axes: the sum of all above and to the left. */
function summedArea(values: Float32Array, width: number, height: number): Float64Array {
  const stride = width + 1;
  const sums = new Float64Array(stride * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      // Rounded to multiples of 2^-24, all sums are exact: equal windows compare as equal.
      row += Math.round(values[y * width + x]! * 2 ** 24) / 2 ** 24;
      sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1]! + row;
    }
  }
  return sums;
}
