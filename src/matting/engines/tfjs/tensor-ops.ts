import * as tf from '@tensorflow/tfjs-core';
import type { BatchNorm, Ops, PoolIndices, Pooled } from '../../ops.js';
import { evenPadding, fusedConv } from './fused-conv.js';
import { groupNorm } from './group-norm.js';
import { transposedConv } from './transposed-conv.js';

/**
 * Runs a network at once on tfjs tensors, N,H,W,C, as inference does: batch norms have their stored statistics.
 * Filters are (rows, columns, inputs, outputs), those of transposed convolutions (rows, columns, outputs, inputs),
 * as `parameterTensor` makes them. Gradients are those of `registerTrainingGradients`.
 */
export const TENSOR_OPS: Ops<tf.Tensor> = {
  conv(x, filter, bias, { padding, stride = 1, dilation = 1, norm, activation }) {
    const folded = norm ? foldNorm(norm, bias) : undefined;
    const offset = folded ? folded.offset : bias;
    // Outputs are the last axis, over which tfjs repeats by itself.
    return fusedConv(x, folded ? tf.mul(filter, folded.gain) : filter, folded ? folded.offset : bias, {
      pad: evenPadding(padding),
      stride,
      dilation,
      ...(activation && { activation }),
    });
  },
  transposedConv(x, filter, bias, { padding, stride, extra = 0, norm, activation }) {
    const folded = norm ? foldNorm(norm, bias) : undefined;
    const outputs = filter.shape[2]!;
    return transposedConv(
      x as tf.Tensor4D,
      (folded ? tf.mul(filter, tf.reshape(folded.gain, [outputs, 1])) : filter) as tf.Tensor4D,
      (folded ? folded.offset : bias) as tf.Tensor1D | undefined,
      { padding, stride, extra },
      activation,
    );
  },
  groupNorm,
  relu: (x) => tf.relu(x),
  leakyRelu: (x, slope) => tf.leakyRelu(x, slope),
  sigmoid: (x) => tf.sigmoid(x),
  softmax: (x) => tf.softmax(x),
  maxPool(x): Pooled<tf.Tensor> {
    const values = tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid');
    return { values, indices: { source: x, where: values } };
  },
  unpool(x, indices) {
    const [n, height, width, channels] = x.shape as [number, number, number, number];
    const row = tf.reshape(x, [n * height, 1, width, channels]);
    const twice = tf.concat([row, row], 3);
    const everywhere = tf.reshape(tf.concat([twice, twice], 1), [n, 2 * height, 2 * width, channels]);
    return tf.mul(everywhere, firstMaxima(indices));
  },
  resizeLike(x, reference) {
    const [, height, width] = reference.shape as [number, number, number, number];
    return tf.image.resizeBilinear(x as tf.Tensor4D, [height, width], false, true);
  },
  // Row by row, so that no long sum loses digits.
  globalAverage: (x) => tf.mean(tf.mean(x, 2, true), 1, true),
  concat: (parts) => tf.concat([...parts], 3),
  add: (a, b) => tf.add(a, b),
  multiply: (a, b) => tf.mul(a, b),
  affine: (x, scale, offset) => tf.add(tf.mul(x, constant(scale)), constant(offset)),
  clip: (x, min, max) => tf.clipByValue(x, min, max),
  channels: (x, start, count) => tf.slice(x, [0, 0, 0, start], [-1, -1, -1, count]),
};

/** The factor and the addend, each (outputs), that a batch norm comes to: the filter's and the bias's. */
function foldNorm(
  { scale, shift, mean, variance, epsilon }: BatchNorm<tf.Tensor>,
  bias: tf.Tensor | undefined,
): { gain: tf.Tensor; offset: tf.Tensor } {
  const gain = tf.mul(scale, tf.rsqrt(tf.add(variance, epsilon)));
  const centre = bias ? tf.sub(bias, mean) : tf.neg(mean);
  return { gain, offset: tf.add(tf.mul(centre, gain), shift) };
}

/** One number, or one a channel: channels are the last axis, over which tfjs repeats by itself. */
function constant(value: number | readonly number[]): tf.Tensor {
  return typeof value === 'number' ? tf.scalar(value) : tf.tensor1d([...value]);
}

/**
 * 1 where a pooling's window has its first maximum in reading order, 0 elsewhere; shaped as the pooling's source.
 * Comparing with the maximum alone would mark every one of several equal values (whole windows are 0 after a ReLU),
 * so the four places of a window are gone through in order and only the first that equals it is taken.
 * A constant as far as gradients are concerned.
 */
function firstMaxima({ source, where }: PoolIndices<tf.Tensor>): tf.Tensor {
  const [n, height, width, channels] = where.shape as [number, number, number, number];
  const place = [n * height, 1, width, channels] as const;
  const mask = tf.customGrad((pooledFrom, maxima) => {
    // Reading a row pair as one row of doubled pixels puts each of the four places in a block of its own.
    const windows = tf.reshape(pooledFrom as tf.Tensor, [n * height, 2, width, 2 * channels]);
    const maximum = tf.reshape(maxima as tf.Tensor, [...place]);
    let open: tf.Tensor = tf.onesLike(maximum);
    const rows = [0, 1].map((dy) => {
      const pair = [0, 1].map((dx) => {
        const values = tf.slice(windows, [0, dy, 0, dx * channels], [...place]);
        const first = tf.mul(tf.cast(tf.equal(values, maximum), 'float32'), open);
        open = tf.sub(open, first);
        return first;
      });
      return tf.concat(pair, 3);
    });
    return {
      value: tf.reshape(tf.concat(rows, 1), source.shape),
      gradFunc: () => [tf.zerosLike(source), tf.zerosLike(where)],
    };
  });
  return mask(source, where);
}
