import type { FrameFormat } from '../core/frame.js';

/**
 * The least and greatest code of each colour plane: video levels (16 to 235, chroma to 240, scaled to the depth;
 * ITU-R BT.2100 table 9) for Y′CbCr unless it is tagged full range, and all codes otherwise.
 */
export function sampleRange({
  model,
  depth,
  tags,
}: FrameFormat): readonly [low: number, high: readonly number[]] {
  const peak = 2 ** depth - 1;
  if (model === 'rgb' || tags.range === 'pc') return [0, [peak, peak, peak]];
  const unit = 2 ** (depth - 8);
  return [16 * unit, [235 * unit, 240 * unit, 240 * unit]];
}
