import { batchNorm } from '../../src/matting/networks/layers.js';
import type { Ops, WeightScope } from '../../src/matting/ops.js';
import type { WeightTensor } from '../../src/matting/weights/safetensors.js';
import { noise } from './made-input.js';

/** What each piece reads. */
export const CHANNELS = 4;

/** A piece of network from four channels to one. */
export type Piece = <T>(ops: Ops<T>, weights: WeightScope<T>, x: T) => T;

function parameter(shape: readonly number[], seed: number): WeightTensor {
  const count = shape.reduce((product, length) => product * length, 1);
  return { shape, data: noise(count, seed).map((value) => value - 0.5) };
}

/** A filter, a bias and a batch norm, whose variances are positive and whose means are far from 0. */
function normed(
  name: string,
  filter: readonly number[],
  outputs: number,
  seed: number,
): [string, WeightTensor][] {
  const variance = noise(outputs, seed + 5).map((value) => value + 0.1);
  return [
    [`${name}.weight`, parameter(filter, seed)],
    [`${name}.bias`, parameter([outputs], seed + 1)],
    [`${name}.norm.weight`, parameter([outputs], seed + 2)],
    [`${name}.norm.bias`, parameter([outputs], seed + 3)],
    [`${name}.norm.running_mean`, parameter([outputs], seed + 4)],
    [`${name}.norm.running_var`, { shape: [outputs], data: variance }],
  ];
}

/** The parameters of all pieces. */
export const TENSORS: ReadonlyMap<string, WeightTensor> = new Map([
  ...normed('strided', [CHANNELS, CHANNELS, 3, 3], CHANNELS, 31),
  ...normed('fine', [CHANNELS, 3, 4, 4], 3, 41),
  ...normed('odd', [CHANNELS, 3, 3, 3], 3, 51),
  ['reduce.weight', parameter([1, 3, 1, 1], 61)],
  ['reduce.bias', parameter([1], 62)],
  ['group.weight', parameter([CHANNELS], 63)],
  ['group.bias', parameter([CHANNELS], 64)],
  ['wide.weight', parameter([6, CHANNELS, 3, 3], 11)],
  ['wide.bias', parameter([6], 12)],
  ['last.weight', parameter([1, 6, 5, 5], 13)],
  ['last.bias', parameter([1], 14)],
  ['sum.weight', parameter([1, CHANNELS, 1, 1], 15)],
  ['sum.bias', parameter([1], 16)],
]);

/** Four channels as one, so that a test sees every channel in the output. */
function summed<T>(ops: Ops<T>, weights: WeightScope<T>, x: T): T {
  const layer = weights.at('sum');
  return ops.conv(x, layer.get('weight', [1, CHANNELS, 1, 1]), layer.get('bias', [1]), { padding: 0 });
}

function wide<T>(ops: Ops<T>, weights: WeightScope<T>, x: T, stride: number, dilation: number): T {
  const layer = weights.at('wide');
  const filter = layer.get('weight', [6, CHANNELS, 3, 3]);
  return ops.conv(x, filter, layer.get('bias', [6]), {
    padding: dilation,
    stride,
    dilation,
    activation: 'relu',
  });
}

function last<T>(ops: Ops<T>, weights: WeightScope<T>, x: T): T {
  const layer = weights.at('last');
  return ops.conv(x, layer.get('weight', [1, 6, 5, 5]), layer.get('bias', [1]), { padding: 2 });
}

/** Three channels as one, at the height and width of `x`, over which a transposed convolution's may reach by a little. */
function reduced<T>(ops: Ops<T>, weights: WeightScope<T>, y: T, x: T): T {
  const layer = weights.at('reduce');
  const one = ops.conv(y, layer.get('weight', [1, 3, 1, 1]), layer.get('bias', [1]), { padding: 0 });
  return ops.resizeLike(one, x);
}

/** Half the height and width, by a convolution with a norm. */
function halved<T>(ops: Ops<T>, weights: WeightScope<T>, x: T, biased: boolean): T {
  const layer = weights.at('strided');
  const filter = layer.get('weight', [CHANNELS, CHANNELS, 3, 3]);
  const bias = biased ? layer.get('bias', [CHANNELS]) : undefined;
  return ops.conv(x, filter, bias, {
    padding: 1,
    stride: 2,
    norm: batchNorm(layer.at('norm'), CHANNELS),
    activation: 'relu',
  });
}

/** Each operation of `Ops`, and what it is easy to get wrong about it. */
export const PIECES: Readonly<
  Record<string, Piece> & Record<'clip' | 'unpool with the indices of the level', Piece>
> = {
  'convolutions, bias and ReLU': (ops, weights, x) => last(ops, weights, wide(ops, weights, x, 1, 1)),
  'a dilated convolution': (ops, weights, x) => last(ops, weights, wide(ops, weights, x, 1, 3)),
  'stride 2, brought back': (ops, weights, x) =>
    ops.resizeLike(last(ops, weights, wide(ops, weights, x, 2, 1)), x),
  'ReLU and sigmoid': (ops, weights, x) => ops.sigmoid(summed(ops, weights, ops.relu(ops.affine(x, 8, -4)))),
  'bilinear ×4': (ops, weights, x) => {
    const quarter = ops.maxPool(ops.maxPool(x).values).values;
    return summed(ops, weights, ops.resizeLike(quarter, x));
  },
  'bilinear, down to half': (ops, weights, x) =>
    ops.resizeLike(ops.resizeLike(summed(ops, weights, x), ops.maxPool(x).values), x),
  'unpool, maxima all different': (ops, weights, x) => {
    const { values, indices } = ops.maxPool(x);
    return summed(ops, weights, ops.unpool(values, indices));
  },
  'unpool, many equal maxima': (ops, weights, x) => {
    // Three quarters of the numbers become 0, and the rest one of a few: whole windows are equal.
    const coarse = ops.clip(ops.affine(x, 4, -3), 0, 0.1);
    const { indices } = ops.maxPool(coarse);
    return summed(ops, weights, ops.unpool(ops.maxPool(x).values, indices));
  },
  'unpool with the indices of the level': (ops, weights, x) => {
    const outer = ops.maxPool(x);
    const inner = ops.maxPool(outer.values);
    const back = ops.unpool(ops.affine(inner.values, 2, 1), inner.indices);
    return summed(ops, weights, ops.unpool(back, outer.indices));
  },
  'channels and concat': (ops, weights, x) =>
    summed(ops, weights, ops.concat([ops.channels(x, 2, 2), ops.channels(x, 0, 1), ops.channels(x, 1, 1)])),
  'affine, one number a channel': (ops, weights, x) =>
    summed(ops, weights, ops.affine(x, [1, -2, 3, -4], [0.5, 0, -0.25, 1])),
  'add and multiply, one channel over all': (ops, weights, x) => {
    const one = ops.channels(x, 1, 1);
    return summed(ops, weights, ops.add(ops.multiply(x, one), one));
  },
  'batch norm, no bias': (ops, weights, x) =>
    ops.resizeLike(summed(ops, weights, halved(ops, weights, x, false)), x),
  'batch norm after a bias': (ops, weights, x) =>
    ops.resizeLike(summed(ops, weights, halved(ops, weights, x, true)), x),
  'a convolution without a bias': (ops, weights, x) =>
    ops.conv(x, weights.at('sum').get('weight', [1, CHANNELS, 1, 1]), undefined, { padding: 0 }),
  'a transposed convolution, kernel 4': (ops, weights, x) => {
    const [layer, half] = [weights.at('fine'), halved(ops, weights, x, false)];
    const filter = layer.get('weight', [CHANNELS, 3, 4, 4]);
    const options = { padding: 1, stride: 2 } as const;
    return reduced(ops, weights, ops.transposedConv(half, filter, layer.get('bias', [3]), options), x);
  },
  'a transposed convolution, kernel 3, one pixel more, batch norm and ReLU': (ops, weights, x) => {
    const [layer, half] = [weights.at('odd'), halved(ops, weights, x, false)];
    const filter = layer.get('weight', [CHANNELS, 3, 3, 3]);
    const options = {
      padding: 1,
      stride: 2,
      extra: 1,
      norm: batchNorm(layer.at('norm'), 3),
      activation: 'relu',
    } as const;
    return reduced(ops, weights, ops.transposedConv(half, filter, undefined, options), x);
  },
  'a transposed convolution, stride 3, nothing cut off': (ops, weights, x) => {
    const [layer, half] = [weights.at('odd'), halved(ops, weights, x, false)];
    const filter = layer.get('weight', [CHANNELS, 3, 3, 3]);
    const options = { padding: 0, stride: 3, extra: 2, norm: batchNorm(layer.at('norm'), 3) } as const;
    return reduced(ops, weights, ops.transposedConv(half, filter, layer.get('bias', [3]), options), x);
  },
  'group norm': (ops, weights, x) => {
    const layer = weights.at('group');
    const far = ops.affine(x, [1, 2, 4, 0.5], [3, -2, 0, 5]);
    const [scale, shift] = [layer.get('weight', [CHANNELS]), layer.get('bias', [CHANNELS])];
    return summed(ops, weights, ops.groupNorm(far, 2, scale, shift, 1e-5));
  },
  'leaky ReLU': (ops, weights, x) => summed(ops, weights, ops.leakyRelu(ops.affine(x, 4, -2), 0.2)),
  'softmax over channels': (ops, weights, x) =>
    summed(ops, weights, ops.softmax(ops.affine(x, [20, 10, 5, 1], -3))),
  'the average of all pixels': (ops, weights, x) => {
    const mean = ops.globalAverage(ops.affine(x, [1, 2, 3, 4], 0));
    return summed(ops, weights, ops.multiply(x, ops.resizeLike(ops.channels(mean, 2, 1), x)));
  },
  clip: (ops, weights, x) => ops.clip(summed(ops, weights, x), -0.1, 0.2),
};
