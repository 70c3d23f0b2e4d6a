import type { BatchNorm, Ops, WeightScope } from '../ops.js';

/** A convolution's dimensions: channels in and out, kernel width (odd), dilation in pixels. */
export interface LayerShape {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly dilation?: number;
}

/** The convolution stored as `name.weight` and `name.bias`, zero-padded so that height and width stay. */
export function convolution<T>(
  ops: Ops<T>,
  weights: WeightScope<T>,
  name: string,
  x: T,
  { inputs, outputs, kernel, dilation = 1 }: LayerShape,
  activation?: 'relu',
): T {
  const layer = weights.at(name);
  return ops.conv(x, layer.get('weight', [outputs, inputs, kernel, kernel]), layer.get('bias', [outputs]), {
    padding: dilation * ((kernel - 1) / 2),
    dilation,
    ...(activation && { activation }),
  });
}

/** `convolution` and ReLU. */
export function unit<T>(ops: Ops<T>, weights: WeightScope<T>, name: string, x: T, shape: LayerShape): T {
  return convolution(ops, weights, name, x, shape, 'relu');
}

/** What PyTorch adds to a variance unless told. */
const EPSILON = 1e-5;

/** A batch norm's parameters under PyTorch's names. */
export function batchNorm<T>(weights: WeightScope<T>, outputs: number): BatchNorm<T> {
  return {
    scale: weights.get('weight', [outputs]),
    shift: weights.get('bias', [outputs]),
    mean: weights.get('running_mean', [outputs]),
    variance: weights.get('running_var', [outputs]),
    epsilon: EPSILON,
  };
}

/** A convolution with a batch norm behind it. */
export interface NormedShape extends LayerShape {
  /** 1 unless told. */
  readonly stride?: number;
  readonly activation?: 'relu';
}

/**
 * A convolution without a bias and its batch norm, zero-padded so that height and width stay, but for the stride.
 *
 * @param names - the convolution's, the norm's
 */
export function normedConvolution<T>(
  ops: Ops<T>,
  weights: WeightScope<T>,
  [conv, norm]: readonly [string, string],
  x: T,
  { inputs, outputs, kernel, stride = 1, dilation = 1, activation }: NormedShape,
): T {
  return ops.conv(x, weights.at(conv).get('weight', [outputs, inputs, kernel, kernel]), undefined, {
    padding: dilation * ((kernel - 1) / 2),
    ...{ stride, dilation },
    norm: batchNorm(weights.at(norm), outputs),
    ...(activation && { activation }),
  });
}
