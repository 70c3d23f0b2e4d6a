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

export const TENSORS: ReadonlyMap<string, WeightTensor> = new Map([
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

/** Every operation, alone or nearly so. */
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
};

/** Stage 1 is the piece, from a prior to logits, so that its numbers are seen as they are; stage 2 gives alpha. */
export function modelOf(piece: Piece): LoadedModel {
  const network: NetworkModel = {
    name: 'piece',
    readsPrior: true,
    multiple: 32,
    stages: ['stage1', 'stage2'],
    channels: { stage1: CHANNELS, stage2: CHANNELS },
    margins: { stage1: 0, stage2: 0 },
    carry: 'logit',
    build: (stage, ops, weights, input) =>
      stage === 'stage1' ? piece(ops, weights, input) : ops.sigmoid(summed(ops, weights, input)),
  };
  return { name: 'piece', file: 'piece', network, tensors: TENSORS };
}
