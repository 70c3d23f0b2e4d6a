/** A rectangle of a frame, pixels; `right` and `bottom` lie just outside. */
export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The smallest rectangle that holds all pixels that are neither 0 nor 255; undefined when there is none. */
export function unknownBounds(
  trimap: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): Bounds | undefined {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 1) {
      const value = trimap[at]!;
      if (value === 0 || value === 255) continue;
      if (x < left) left = x;
      if (x >= right) right = x + 1;
      if (top > y) top = y;
      bottom = y + 1;
    }
  }
  return right === 0 ? undefined : { left, top, right, bottom };
}
