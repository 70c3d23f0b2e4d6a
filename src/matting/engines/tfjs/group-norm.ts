import * as tf from '@tensorflow/tfjs-core';

/**
 * Group normalisation, by tfjs operations that have gradients.
 *
 * @param x - (N, H, W, channels)
 * @param scale - (channels), as is `shift`
 */
export function groupNorm(
  x: tf.Tensor,
  groups: number,
  scale: tf.Tensor,
  shift: tf.Tensor,
  epsilon: number,
): tf.Tensor {
  const [n, height, width, channels] = x.shape as [number, number, number, number];
  const grouped = tf.reshape(x, [n, height * width, groups, channels / groups]);
  const centred = tf.sub(grouped, groupMean(grouped, height, width));
  const variance = groupMean(tf.square(centred), height, width);
  const normal = tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon)));
  return tf.add(tf.mul(tf.reshape(normal, x.shape), scale), shift);
}

/** (N, H·W, groups, channels of one) → (N, 1, groups, 1). A mean of means, so that no long sum loses digits. */
function groupMean(grouped: tf.Tensor, height: number, width: number): tf.Tensor {
  const [n, , groups] = grouped.shape as [number, number, number];
  const perPixel = tf.reshape(tf.mean(grouped, 3), [n, height, width, groups]);
  return tf.reshape(tf.mean(tf.mean(perPixel, 2), 1), [n, 1, groups, 1]);
}
