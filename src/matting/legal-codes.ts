import { peakOf } from '../core/colour.js';
import type { FrameFormat } from '../core/frame.js';

/** The least code of every colour plane and the greatest of each. */
export interface Codes {
  readonly low: number;
  readonly high0: number;
  readonly high1: number;
  readonly high2: number;
  /** Added to what is stored: whole numbers are truncated. */
  readonly rounding: number;
}

/**
 * Video levels (16 to 235, chroma to 240, scaled to the depth; ITU-R BT.2100 table 9) for Y′CbCr unless it is tagged full
 * range, and all codes otherwise. Light in float has no upper end.
 */
export function legalCodes({ model, depth, tags }: FrameFormat): Codes {
  if (depth === 'float') return { low: 0, high0: Infinity, high1: Infinity, high2: Infinity, rounding: 0 };
  const peak = peakOf(depth);
  if (model === 'rgb' || tags.range === 'pc')
    return { low: 0, high0: peak, high1: peak, high2: peak, rounding: 0.5 };
  const unit = 2 ** (depth - 8);
  return { low: 16 * unit, high0: 235 * unit, high1: 240 * unit, high2: 240 * unit, rounding: 0.5 };
}
