import * as tf from '@tensorflow/tfjs-core';
import type { PoolIndices } from '../../ops.js';

/**
 * A pooling in windows of 2×2 undone: each value where its maximum lay, 0 elsewhere. Also the pooling's gradient.
 *
 * @param x - (N, H, W, channels)
 * @returns (N, 2·H, 2·W, channels)
 */
export function unpool(x: tf.Tensor, indices: PoolIndices<tf.Tensor>): tf.Tensor {
  const [n, height, width, channels] = x.shape as [number, number, number, number];
  const row = tf.reshape(x, [n * height, 1, width, channels]);
  const twice = tf.concat([row, row], 3);
  const everywhere = tf.reshape(tf.concat([twice, twice], 1), [n, 2 * height, 2 * width, channels]);
  return tf.mul(everywhere, firstMaxima(indices));
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
