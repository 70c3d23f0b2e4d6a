import * as tf from '@tensorflow/tfjs-core';
import type { BatchNorm, Ops } from '../../ops.js';
import { TENSOR_OPS } from './tensor-ops.js';

/** A batch's own statistics, each (outputs); the variance is the unbiased one, as PyTorch keeps it. */
export interface BatchStatistics {
  readonly mean: tf.Tensor;
  readonly variance: tf.Tensor;
}

/**
 * Runs a network as training does: batch norms take the mean and variance of the batch before them, and gradients go
 * through both. All else is `TENSOR_OPS`.
 *
 * @param onStatistics - told of every norm's batch, so that its running statistics can follow; the tensors are
 *   constants of that moment, and the caller of the network's to dispose
 */
export function trainingOps(
  onStatistics: (norm: BatchNorm<tf.Tensor>, batch: BatchStatistics) => void,
): Ops<tf.Tensor> {
  const normalised = (y: tf.Tensor, norm: BatchNorm<tf.Tensor>): tf.Tensor => {
    const { mean, variance } = tf.moments(y, [0, 1, 2]);
    const count = y.size / y.shape[3]!;
    onStatistics(norm, {
      mean: tf.keep(mean.clone()),
      variance: tf.keep(tf.mul(variance, count / Math.max(1, count - 1))),
    });
    const gain = tf.mul(norm.scale, tf.rsqrt(tf.add(variance, norm.epsilon)));
    return tf.add(tf.mul(tf.sub(y, mean), gain), norm.shift);
  };
  /** A convolution, then what it was to be fused with. */
  const apart =
    <O extends { readonly norm?: BatchNorm<tf.Tensor>; readonly activation?: 'relu' }>(
      convolve: (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor | undefined, options: O) => tf.Tensor,
    ) =>
    (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor | undefined, options: O): tf.Tensor => {
      const { norm, activation, ...rest } = options;
      if (!norm) return convolve(x, filter, bias, options);
      const y = normalised(convolve(x, filter, bias, rest as O), norm);
      return activation ? tf.relu(y) : y;
    };
  return {
    ...TENSOR_OPS,
    conv: apart((...layer) => TENSOR_OPS.conv(...layer)),
    transposedConv: apart((...layer) => TENSOR_OPS.transposedConv(...layer)),
  };
}
