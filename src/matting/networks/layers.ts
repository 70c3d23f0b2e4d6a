import type { Ops, WeightScope } from '../ops.js';

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
