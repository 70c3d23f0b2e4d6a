import * as tf from '@tensorflow/tfjs-core';
import type { WeightTensor } from '../../weights/safetensors.js';

/**
 * A stored parameter as a tensor on the current backend, the caller's to dispose.
 * Filters go from (outputs, inputs, rows, columns) to tfjs's (rows, columns, inputs, outputs), which brings those of
 * transposed convolutions from (inputs, outputs, rows, columns) to (rows, columns, outputs, inputs); the rest stay.
 */
export function parameterTensor({ shape, data }: WeightTensor): tf.Tensor {
  return tf.tidy(() => {
    const stored = tf.tensor(data, [...shape], 'float32');
    return shape.length === 4 ? tf.transpose(stored, [2, 3, 1, 0]) : stored;
  });
}
