import type { Ops, WeightScope } from '../ops.js';
import { normedConvolution, type NormedShape } from './layers.js';

/** Dilations of the 3×3 branches, samples, at an eighth of the input's size. */
const DILATIONS = [6, 12, 18] as const;

/**
 * Atrous spatial pyramid pooling (Chen, Papandreou, Schroff and Adam, "Rethinking Atrous Convolution", 2017): the same
 * features seen pixel by pixel, at three dilations and as the mean of the whole picture, joined and projected.
 *
 * @param x - (N, inputs, H, W)
 * @returns (N, outputs, H, W)
 */
export function aspp<T>(
  ops: Ops<T>,
  weights: WeightScope<T>,
  x: T,
  { inputs, outputs }: { readonly inputs: number; readonly outputs: number },
): T {
  const branch = (name: string, from: T, shape: Omit<NormedShape, 'outputs'>): T =>
    normedConvolution(ops, weights.at(name), ['0', '1'], from, { ...shape, outputs, activation: 'relu' });
  const seen = [
    branch('dilated1', x, { inputs, kernel: 1 }),
    ...DILATIONS.map((dilation) => branch(`dilated${dilation}`, x, { inputs, kernel: 3, dilation })),
    ops.resizeLike(branch('pooled', ops.globalAverage(x), { inputs, kernel: 1 }), x),
  ];
  return branch('project', ops.concat(seen), { inputs: seen.length * outputs, kernel: 1 });
}
