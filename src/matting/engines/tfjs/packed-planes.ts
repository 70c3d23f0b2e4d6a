import * as tf from '@tensorflow/tfjs-core';
import type { ColourSamples } from '../engine.js';

/**
 * Samples of 8 or 16 bits on a device whose tensors have 32: several lie in one int32, the first in its lowest bits,
 * as they lie in memory on little-endian machines, so that no byte more than the samples' own crosses.
 *
 * @returns float32, (N, C, H, W)
 */
export function unpackedSamples(
  samples: Exclude<ColourSamples, Float32Array>,
  [count, channels, height, width]: readonly [number, number, number, number],
): tf.Tensor4D {
  const perWord = 4 / samples.BYTES_PER_ELEMENT;
  const { buffer, byteOffset, length } = samples.byteOffset % 4 === 0 ? samples : samples.slice();
  const words = new Int32Array(buffer, byteOffset, length / perWord);
  const radix = tf.scalar(2 ** (8 * samples.BYTES_PER_ELEMENT), 'int32');
  const parts: tf.Tensor[] = [];
  let rest: tf.Tensor = tf.tensor(words, [count, channels, height, width / perWord], 'int32');
  while (parts.length < perWord) {
    // Rounded down, so that what is left of a negative number is what its bits say, too.
    const above = tf.floorDiv(rest, radix);
    parts.push(tf.cast(tf.sub(rest, tf.mul(above, radix)), 'float32'));
    rest = above;
  }
  return tf.reshape(tf.stack(parts, 4), [count, channels, height, width]);
}

/** Whole numbers 0 to 65535, any shape, in pairs as int32: the reverse. */
export function packedPairs(values: tf.Tensor): tf.Tensor {
  const pairs = tf.reshape(tf.cast(values, 'int32'), [-1, 2]);
  const [low, high] = tf.split(pairs, 2, 1);
  // The product wraps around into the sign, as it should.
  return tf.add(low!, tf.mul(high!, tf.scalar(65536, 'int32')));
}
