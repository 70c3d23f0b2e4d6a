import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { chooseEngine } from '../../src/matting/engines/choose.js';
import { useBackend } from '../../src/matting/engines/tfjs/backend.js';
import { TENSOR_OPS as OPS } from '../../src/matting/engines/tfjs/tensor-ops.js';
import { noise } from '../support/made-input.js';

const SHAPE: [number, number, number, number] = [2, 4, 6, 3];
const COUNT = 2 * 4 * 6 * 3;
/** Small against the spacing of the made numbers, large against float32's rounding of a sum. */
const STEP = 2 ** -8;

function made(shape: readonly number[], seed: number): tf.Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  return tf.tensor(
    noise(count, seed).map((value) => value - 0.5),
    [...shape],
  );
}

/** A distinct multiple of 4 · STEP for each element, in mixed order: no maximum changes place within a step. */
function distinct(): Float32Array {
  return Float32Array.from({ length: COUNT }, (_, i) => (((i * 59) % COUNT) - COUNT / 2) * 4 * STEP);
}

const PIECES: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
  'a convolution with ReLU': (x) =>
    OPS.conv(x, made([3, 3, 3, 2], 1), made([2], 2), { padding: 2, dilation: 2, activation: 'relu' }),
  'a strided convolution': (x) => OPS.conv(x, made([3, 3, 3, 2], 1), made([2], 2), { padding: 1, stride: 2 }),
  pooling: (x) => OPS.maxPool(x).values,
  'unpooling, through values and indices': (x) => {
    const { values, indices } = OPS.maxPool(x);
    return OPS.unpool(OPS.affine(values, 2, 1), indices);
  },
  'bilinear ×2': (x) => OPS.resizeLike(x, tf.zeros([2, 8, 12, 1])),
  'channels, concat, products': (x) =>
    OPS.multiply(OPS.concat([x, OPS.sigmoid(x)]), OPS.channels(OPS.affine(x, [1, 2, 3], 0.5), 1, 1)),
};

describe.each(['js', 'cpu'])('gradients of the tensor operations on %s', (device) => {
  let backend: string;
  beforeAll(async () => {
    await chooseEngine({ engine: 'tfjs', device });
    backend = device === 'js' ? 'cpu' : 'wasm';
  });

  it.each(Object.entries(PIECES))('%s', async (_, piece) => {
    await useBackend(backend);
    const start = distinct();
    const loss = (x: tf.Tensor): tf.Scalar => {
      const y = piece(x);
      return tf.sum(tf.mul(y, made(y.shape, 9)));
    };
    const at = (values: Float32Array): number => loss(tf.tensor(values, SHAPE)).dataSync()[0]!;
    const seen = tf.grad(loss)(tf.tensor(start, SHAPE)).dataSync();
    for (let i = 0; i < COUNT; i += 5) {
      const [above, below] = [start.slice(), start.slice()];
      above[i]! += STEP;
      below[i]! -= STEP;
      expect(Math.abs(seen[i]! - (at(above) - at(below)) / (2 * STEP))).toBeLessThan(2e-2);
    }
  });
});
