import type { FramePlanes } from '../src/core/frame.js';
import type { Stage1Carry } from '../src/matting/merge.js';
import type { Still } from './matte-still.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * The picture at half its size, each pixel the mean of four; its trimap is known only where all four agree.
 * Width and height are even.
 */
export function halved({ width, height, rgb, trimap }: Still): Still {
  const half = { width: width / 2, height: height / 2 };
  const small = new Uint8Array(3 * half.width * half.height);
  const known = new Uint8Array(half.width * half.height);
  for (let y = 0, to = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++, to++) {
      const at = 2 * y * width + 2 * x;
      const four = [at, at + 1, at + width, at + width + 1] as const;
      for (let c = 0; c < 3; c++) {
        small[3 * to + c] = (four.reduce((sum, i) => sum + rgb[3 * i + c]!, 0) + 2) >> 2;
      }
      known[to] = four.every((i) => trimap[i] === trimap[at]) ? trimap[at]! : 128;
    }
  }
  return { ...half, rgb: small, trimap: known };
}

/**
 * Fills the plane that stage 2 reads from stage 1's result at half size, bilinearly between the centres of its pixels.
 * Where the carry is alpha, known pixels are put in, as they are at full size.
 *
 * @param half - stage 1's carry, row-major, half the frame's width and height
 */
export function bringUp(
  { stage1, trimap }: Pick<FramePlanes, 'stage1' | 'trimap'>,
  half: Float32Array,
  { width, height }: Size,
  carry: Stage1Carry,
): void {
  const [columns, rows] = [width / 2, height / 2];
  for (let y = 0, at = 0; y < height; y++) {
    // Even rows lie a quarter below the middle between two of the half's rows, odd ones a quarter above.
    const near = (y >> 1) * columns;
    const far = clamp(y % 2 === 0 ? (y >> 1) - 1 : (y >> 1) + 1, rows) * columns;
    for (let x = 0; x < width; x++, at++) {
      if (carry === 'alpha' && trimap[at] !== 128) {
        stage1[at] = trimap[at] === 255 ? 1 : 0;
        continue;
      }
      const [nearX, farX] = [x >> 1, clamp(x % 2 === 0 ? (x >> 1) - 1 : (x >> 1) + 1, columns)];
      const across = (row: number): number => 0.75 * half[row + nearX]! + 0.25 * half[row + farX]!;
      stage1[at] = 0.75 * across(near) + 0.25 * across(far);
    }
  }
}

function clamp(index: number, length: number): number {
  return Math.min(Math.max(index, 0), length - 1);
}
