/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size of a picture's half-size copy: odd sides round up. */
export function halfSize({ width, height }: Size): Size {
  return { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
}

/** Long side of the pictures that propagation works on, pixels. */
const LONG_SIDE = 640;

/** The size of the copy of a clip that propagation works on: the clip's own, or smaller. */
export function reducedSize(full: Size): Size {
  const scale = Math.min(1, LONG_SIDE / Math.max(full.width, full.height));
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  return { width: side(full.width), height: side(full.height) };
}

/**
 * Averages 2×2 blocks of an interleaved R′G′B′ picture; the last row or column of an odd side is repeated.
 *
 * @param dst - `halfSize(size)`, three bytes a pixel
 * @param src - `size`, three bytes a pixel
 */
export function halvePicture(dst: Uint8Array, src: Uint8Array, size: Size): void {
  const { width, height } = size;
  const half = halfSize(size);
  let out = 0;
  for (let y = 0; y < half.height; y++) {
    const row = 2 * y * width;
    const below = Math.min(2 * y + 1, height - 1) * width;
    for (let x = 0; x < half.width; x++) {
      const right = Math.min(2 * x + 1, width - 1);
      for (let c = 0; c < 3; c++) {
        dst[out++] =
          (src[3 * (row + 2 * x) + c]! +
            src[3 * (row + right) + c]! +
            src[3 * (below + 2 * x) + c]! +
            src[3 * (below + right) + c]! +
            2) >>
          2;
      }
    }
  }
}
