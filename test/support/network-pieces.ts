import { batchNorm } from '../../src/matting/networks/layers.js';
import type { NetworkModel } from '../../src/matting/networks/model.js';
import type { Ops, WeightScope } from '../../src/matting/ops.js';
import type { LoadedModel } from '../../src/matting/weights/load.js';
import type { WeightTensor } from '../../src/matting/weights/safetensors.js';
import { noise } from './made-input.js';

/** Colour, trimap, guide. */
export const CHANNELS = 5;

/** A piece of network from five channels to one. */
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
  ['group.weight', parameter([4], 63)],
  ['group.bias', parameter([4], 64)],
  ['wide.weight', parameter([6, CHANNELS, 3, 3], 11)],
  ['wide.bias', parameter([6], 12)],
  ['last.weight', parameter([1, 6, 5, 5], 13)],
  ['last.bias', parameter([1], 14)],
  ['sum.weight', parameter([1, CHANNELS, 1, 1], 15)],
  ['sum.bias', parameter([1], 16)],
]);

/** Five channels as one, so that a test sees every channel in the output. */
export function summed<T>(ops: Ops<T>, weights: WeightScope<T>, x: T): T {
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

/** Small and quick. */
export const CLIPPED: Piece = (ops, weights, x) => ops.clip(summed(ops, weights, x), -0.1, 0.2);

/** Every map that two levels of pooling leave behind. */
export const TWO_LEVELS: Piece = (ops, weights, x) => {
  const outer = ops.maxPool(x);
  const inner = ops.maxPool(outer.values);
  const back = ops.unpool(ops.affine(inner.values, 2, 1), inner.indices);
  return summed(ops, weights, ops.unpool(back, outer.indices));
};

/** Sees every channel. */
export const SHUFFLED: Piece = (ops, weights, x) =>
  summed(ops, weights, ops.concat([ops.channels(x, 2, 3), ops.channels(x, 0, 1), ops.channels(x, 1, 1)]));

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
export const PIECES: Readonly<Record<string, Piece>> = {
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
  'unpool with the indices of the level': TWO_LEVELS,
  'channels and concat': SHUFFLED,
  'affine, one number a channel': (ops, weights, x) =>
    summed(ops, weights, ops.affine(x, [1, -2, 3, -4, 2], [0.5, 0, -0.25, 1, 0])),
  'add and multiply, one channel over all': (ops, weights, x) => {
    const one = ops.channels(x, 1, 1);
    return summed(ops, weights, ops.add(ops.multiply(x, one), one));
  },
  clip: CLIPPED,

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
    const far = ops.affine(ops.channels(x, 0, 4), [1, 2, 4, 0.5], [3, -2, 0, 5]);
    const [scale, shift] = [layer.get('weight', [4]), layer.get('bias', [4])];
    const normal = ops.groupNorm(far, 2, scale, shift, 1e-5);
    return summed(ops, weights, ops.concat([normal, ops.channels(x, 4, 1)]));
  },
  'leaky ReLU': (ops, weights, x) => summed(ops, weights, ops.leakyRelu(ops.affine(x, 4, -2), 0.2)),
  'softmax over channels': (ops, weights, x) =>
    summed(ops, weights, ops.softmax(ops.affine(x, [20, 10, 5, 1, 3], -3))),
  'the average of all pixels': (ops, weights, x) => {
    const mean = ops.globalAverage(ops.affine(x, [1, 2, 3, 4, 5], 0));
    return summed(ops, weights, ops.multiply(x, ops.resizeLike(ops.channels(mean, 2, 1), x)));
  },
};

/** Stage 1 is the piece, from a prior to logits, so that its numbers are seen as they are; stage 2 gives alpha. */
export function modelOf(piece: Piece): LoadedModel {
  const network: NetworkModel = {
    name: 'piece',
    readsPrior: true,
    multiple: 32,
    stages: ['stage1', 'stage2'],
    channels: { stage1: CHANNELS, stage2: CHANNELS },
    outputs: { stage1: 1, stage2: 1 },
    margins: { stage1: 0, stage2: 0 },
    carry: 'logit',
    build: (stage, ops, weights, input) =>
      stage === 'stage1' ? piece(ops, weights, input) : ops.sigmoid(summed(ops, weights, input)),
  };
  return { name: 'piece', file: 'piece', network, tensors: TENSORS };
}
