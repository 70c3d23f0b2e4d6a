import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TFJS_DEVICES } from '../../src/matting/engines/tfjs/backend.js';
import { registerTrainingGradients } from '../../src/matting/engines/tfjs/register-gradients.js';
import { TENSOR_OPS } from '../../src/matting/engines/tfjs/tensor-ops.js';
import { trainingOps } from '../../src/matting/engines/tfjs/training-ops.js';
import type { BatchNorm } from '../../src/matting/ops.js';
import { noise } from '../support/made-input.js';

beforeAll(async () => {
  registerTrainingGradients((await TFJS_DEVICES.get('js')!()).backend);
  tf.engine().startScope();
});
afterAll(() => tf.engine().endScope());

const made = (shape: number[], seed: number): tf.Tensor =>
  tf.sub(tf.tensor(noise(tf.util.sizeFromShape(shape), seed), shape), 0.5);

const norm = (): BatchNorm<tf.Tensor> => ({
  scale: made([3], 1),
  shift: made([3], 2),
  mean: tf.fill([3], 100),
  variance: tf.fill([3], 100),
  epsilon: 1e-5,
});

/** (2, 6, 8, 4) → three channels, by a convolution and by a transposed one. */
const LAYERS = [
  ['conv', [3, 3, 4, 3], { padding: 1 }],
  ['transposedConv', [4, 4, 3, 4], { padding: 1, stride: 2 }],
] as const;

describe.each(LAYERS)('%s in training', (kind, filter, options) => {
  const run = (ops: typeof TENSOR_OPS, x: tf.Tensor, more: object): tf.Tensor =>
    ops[kind](x, made([...filter], 3), undefined, { stride: 1, ...options, ...more });

  it('brings each channel of the batch to the mean and deviation its parameters say', () => {
    const [x, layer] = [made([2, 6, 8, 4], 4), norm()];
    const y = run(
      trainingOps(() => undefined),
      x,
      { norm: layer },
    );
    const { mean, variance } = tf.moments(y, [0, 1, 2]);
    const expected = [layer.shift.dataSync(), layer.scale.dataSync()] as const;
    mean.dataSync().forEach((value, c) => expect(value).toBeCloseTo(expected[0][c]!, 5));
    tf.sqrt(variance)
      .dataSync()
      .forEach((value, c) => expect(value).toBeCloseTo(Math.abs(expected[1][c]!), 3));
  });

  it('reports statistics with which inference gives the same, up to the bias of the variance', () => {
    const [x, layer] = [made([2, 6, 8, 4], 5), norm()];
    const seen: BatchNorm<tf.Tensor>[] = [];
    const ops = trainingOps((of, batch) => seen.push({ ...of, ...batch }));
    const trained = run(ops, x, { norm: layer, activation: 'relu' });
    expect(seen).toHaveLength(1);
    const count = trained.size / 3;
    const variance = tf.mul(seen[0]!.variance, (count - 1) / count);
    const inferred = run(TENSOR_OPS, x, { norm: { ...seen[0]!, variance }, activation: 'relu' });
    expect(tf.max(tf.abs(tf.sub(trained, inferred))).dataSync()[0]).toBeLessThan(2e-6);
    expect(tf.min(trained).dataSync()[0]).toBe(0);
  });

  it('sends gradients through the statistics: a constant added to the input changes nothing', () => {
    const [x, layer] = [made([2, 6, 8, 4], 6), norm()];
    const ops = trainingOps(() => undefined);
    const loss = (shiftBy: tf.Tensor): tf.Scalar => {
      const layered = ops[kind](x, made([...filter], 3), shiftBy, { stride: 1, ...options, norm: layer });
      return tf.sum(tf.mul(layered, made(layered.shape, 7)));
    };
    const gradient = tf.grad(loss)(tf.zeros([3]));
    expect(tf.max(tf.abs(gradient)).dataSync()[0]).toBeLessThan(1e-4);
  });
});
