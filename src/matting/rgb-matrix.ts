import { peakOf, rgbConversion } from '../core/colour.js';
import type { FrameFormat } from '../core/frame.js';

/**
 * The affine map from a frame's stored samples (any colour model, range and depth) to R′G′B′, nominally 0..1:
 * `red = m[0]·p0 + m[1]·p1 + m[2]·p2 + m[3]`, green from `m[4]`, blue from `m[8]`; p0..p2 are the three colour planes.
 * Y′CbCr can hold colours outside 0..1; what reads the result clips it.
 */
export function rgbMatrix(format: FrameFormat): Float64Array {
  const { depth } = format;
  if (format.model === 'rgb' || depth === 'float') {
    const unit = 1 / peakOf(depth);
    return Float64Array.of(unit, 0, 0, 0, 0, unit, 0, 0, 0, 0, unit, 0);
  }
  const { scaleY, redCr, greenCb, greenCr, blueCb, offsets } = rgbConversion(
    format.tags,
    depth,
    format.height,
  );
  const [red, green, blue] = offsets;
  return Float64Array.of(scaleY, 0, redCr, red, scaleY, greenCb, greenCr, green, scaleY, blueCb, 0, blue);
}

/** Clips a value to 0..1. */
export function clip(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
