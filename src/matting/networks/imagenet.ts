import type { Ops } from '../ops.js';

/** Mean and deviation of R′, G′, B′ over ImageNet, on 0..1: what encoders that were trained on it expect removed. */
export const IMAGENET_MEAN: readonly number[] = [123.675 / 255, 116.28 / 255, 103.53 / 255];
const DEVIATION = [58.395 / 255, 57.12 / 255, 57.375 / 255];

/** The first three channels, R′G′B′ 0..1, with ImageNet's mean 0 and deviation 1. */
export function normalisedColour<T>(ops: Ops<T>, input: T): T {
  const scale = DEVIATION.map((deviation) => 1 / deviation);
  const offset = IMAGENET_MEAN.map((mean, c) => -mean / DEVIATION[c]!);
  return ops.affine(ops.channels(input, 0, 3), scale, offset);
}
