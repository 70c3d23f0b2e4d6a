import type { FramePlanes, IntegerFormat } from '../core/frame.js';
import { packLumaMatte } from './pack-luma-matte.js';
import { packYuva } from './pack-yuva.js';

/** The two halves of one frame, reused from frame to frame. */
let left = new Uint16Array();
let right = new Uint16Array();

/**
 * Colour on the left and the matte on the right, as one picture of ten-bit Y′CbCr twice as wide.
 *
 * @param dst - six samples a pixel of the frame
 */
export function packSideBySide(
  dst: Uint16Array,
  planes: Pick<FramePlanes, 'colour' | 'alpha'>,
  format: IntegerFormat,
  premultiplied: boolean,
): void {
  const { width } = format;
  const pixels = planes.alpha.length;
  if (right.length !== 3 * pixels) {
    left = new Uint16Array(4 * pixels);
    right = new Uint16Array(3 * pixels);
  }
  packYuva(left, planes, format, 10, premultiplied);
  packLumaMatte(right, planes.alpha);
  for (let from = 0; from < 3 * pixels; from += width) {
    dst.set(left.subarray(from, from + width), 2 * from);
    dst.set(right.subarray(from, from + width), 2 * from + width);
  }
}
