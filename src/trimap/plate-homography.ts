import { sampleBilinear } from './bilinear.js';
import type { Size } from './picture.js';

/**
 * Where a point of a frame lies in the plate: u′ = (h0·u + h1·v + h2) / (h6·u + h7·v + 1),
 * v′ = (h3·u + h4·v + h5) / (h6·u + h7·v + 1). Eight numbers. Points are measured from the picture's middle in halves of
 * its width, so that a homography is the same at every size of a picture.
 */
export type Homography = Float64Array;

/** Nothing moves. */
export function identity(): Homography {
  return Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0);
}

/** The plate's pixel, in `at[0]` and `at[1]`, that a frame's pixel shows; both pictures have the same size. */
export function follow(at: Float64Array, h: Homography, { width, height }: Size, x: number, y: number): void {
  const unit = width / 2;
  const u = (x + 0.5) / unit - 1;
  const v = (y + 0.5 - height / 2) / unit;
  const depth = h[6]! * u + h[7]! * v + 1;
  at[0] = ((h[0]! * u + h[1]! * v + h[2]!) / depth + 1) * unit - 0.5;
  at[1] = ((h[3]! * u + h[4]! * v + h[5]!) / depth) * unit + height / 2 - 0.5;
}

/** How far the corner that moves most is from where it was, pixels. */
export function largestShift(h: Homography, size: Size): number {
  const at = new Float64Array(2);
  let largest = 0;
  for (const x of [0, size.width - 1]) {
    for (const y of [0, size.height - 1]) {
      follow(at, h, size, x, y);
      largest = Math.max(largest, Math.hypot(at[0]! - x, at[1]! - y));
    }
  }
  return largest;
}

/**
 * The plate as the frame's camera sees it, by bilinear interpolation.
 *
 * @param dst - R′G′B′ interleaved, 0..255
 * @param covered - receives 1 where the plate shows the place, 0 beyond its border
 */
export function warpPlate(
  dst: Float32Array,
  covered: Uint8Array,
  plate: Float32Array,
  h: Homography,
  size: Size,
): void {
  const { width, height } = size;
  const at = new Float64Array(2);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      follow(at, h, size, x, y);
      const px = at[0]!;
      const py = at[1]!;
      covered[i] = px >= -0.5 && py >= -0.5 && px <= width - 0.5 && py <= height - 0.5 ? 1 : 0;
      sampleBilinear(dst, 3 * i, plate, size, 3, px, py);
    }
  }
}
