import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { TFJS_DEVICES } from '../../src/matting/engines/tfjs/backend.js';
import { registerTrainingGradients } from '../../src/matting/engines/tfjs/register-gradients.js';
import { parameterTensor } from '../../src/matting/engines/tfjs/parameter-tensor.js';
import { TENSOR_OPS } from '../../src/matting/engines/tfjs/tensor-ops.js';
import { trainingOps } from '../../src/matting/engines/tfjs/training-ops.js';
import { parameterShapes } from '../../src/matting/networks/inventory.js';
import { networkNamed } from '../../src/matting/networks/registry.js';
import { weightScope } from '../../src/matting/weights/scope.js';
import type { WeightTensor } from '../../src/matting/weights/safetensors.js';
import { lossGradients } from '../../src/training/gradients.js';
import { Parameters } from '../../src/training/parameters.js';
import { Random } from '../../src/training/random.js';
import { largestDifference, noise } from '../support/made-input.js';
import { madeWeights } from '../support/made-weights.js';

const COMPACT = networkNamed('compact');

beforeAll(async () => {
  registerTrainingGradients((await TFJS_DEVICES.get('cpu')!()).backend);
});

const input = (channels: number, side = 32): tf.Tensor4D =>
  tf.tensor4d(noise(side * side * channels, 5), [1, side, side, channels]);

/** The network as it is served, from stored weights. */
function served(weights: ReadonlyMap<string, WeightTensor>, x: tf.Tensor): tf.Tensor {
  const lift = (_: string, tensor: WeightTensor): tf.Tensor => parameterTensor(tensor);
  return COMPACT.build('stage1', TENSOR_OPS, weightScope(weights, lift), x);
}

const largest = (a: tf.Tensor, b: tf.Tensor): number => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!;

describe('Parameters', () => {
  it('draws the same from the same seed, whatever was drawn before, and each layer its own', async () => {
    const used = new Random(3);
    used.normal();
    const [a, b] = [new Parameters(COMPACT, new Random(3)), new Parameters(COMPACT, used)];
    const [first, second] = [await a.weights(), await b.weights()];
    expect([...first.keys()]).toEqual([...parameterShapes(COMPACT).keys()]);
    for (const [name, { data }] of first) expect(largestDifference(data, second.get(name)!.data)).toBe(0);
    const start = (name: string): number => first.get(name)!.data[0]!;
    expect(start('stage1.e3.1.weight')).not.toBe(start('stage1.e4.1.weight'));
  });

  it('begins with the deviations of He and of Glorot, or with nothing', async () => {
    const start = (name: string): 'he' | 'xavier' | 'zero' =>
      name.includes('stage2') ? 'xavier' : name.includes('alpha') ? 'zero' : 'he';
    const weights = await new Parameters(COMPACT, new Random(1), { filterStart: start }).weights();
    const deviation = (name: string): number => {
      const { data } = weights.get(name)!;
      return Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
    };
    expect(deviation('stage1.b.0.weight') / Math.sqrt(2 / (128 * 9))).toBeCloseTo(1, 1);
    expect(deviation('stage2.c2.weight') / Math.sqrt(2 / ((24 + 24) * 9))).toBeCloseTo(1, 1);
    expect(deviation('stage1.alpha.weight')).toBe(0);
    expect(deviation('stage1.b.0.bias')).toBe(0);
  });

  it('takes given weights in and gives them out again, number for number', async () => {
    const given = madeWeights(COMPACT, 4, new Map());
    const parameters = new Parameters(COMPACT, new Random(0), { initial: given });
    const back = await parameters.weights();
    for (const [name, { data }] of given) expect(largestDifference(data, back.get(name)!.data)).toBe(0);
    const x = input(5);
    const seen = COMPACT.build('stage1', TENSOR_OPS, parameters.scope, x);
    expect(largest(seen, served(given, x))).toBe(0);
  });

  it('has gradients for all of them, one stage or both', () => {
    const parameters = new Parameters(COMPACT, new Random(2));
    const ops = trainingOps(parameters.follow);
    const { gradients } = lossGradients(
      () => tf.sum(tf.square(COMPACT.build('stage1', ops, parameters.scope, input(5)))),
      parameters.trainable('stage1.'),
    );
    expect([...gradients.keys()].every((name) => name.startsWith('stage1.'))).toBe(true);
    for (const [name, gradient] of gradients) {
      expect(tf.max(tf.abs(gradient)).dataSync()[0], name).toBeGreaterThan(0);
    }
  });

  it('adds batch norms to train with, and folds them away', async () => {
    const parameters = new Parameters(COMPACT, new Random(2), { addNorms: true, statisticsDecay: 0.5 });
    const trained = [...parameters.trainable().keys()];
    expect(trained).toContain('stage1.e0.norm.weight');
    expect(trained).not.toContain('stage1.e0.bias');
    expect(trained.some((name) => name.includes('running'))).toBe(false);
    expect(trained).toContain('stage1.alpha.bias');

    const x = input(5);
    const training = parameters.withNorms(trainingOps(parameters.follow));
    for (let i = 0; i < 3; i++) tf.tidy(() => COMPACT.build('stage1', training, parameters.scope, x));
    expect(parameters.all.get('stage1.e0.norm.running_mean')!.dataSync()[0]).not.toBe(0);

    const weights = await parameters.weights();
    expect(new Map([...weights].map(([name, { shape }]) => [name, shape]))).toEqual(parameterShapes(COMPACT));
    const inferred = COMPACT.build('stage1', parameters.withNorms(TENSOR_OPS), parameters.scope, x);
    expect(largest(inferred, served(weights, x))).toBeLessThan(1e-5);
    const without = COMPACT.build('stage1', TENSOR_OPS, parameters.scope, x);
    expect(largest(without, served(weights, x))).toBeGreaterThan(1e-3);
  });

  it("follows a batch's statistics as far as it is told", () => {
    const network = networkNamed('patchgan');
    const parameters = new Parameters(network, new Random(2), { statisticsDecay: 0.75 });
    const x = input(4);
    const seen: tf.Tensor[] = [];
    const ops = trainingOps((norm, batch) => {
      seen.push(tf.keep(batch.mean.clone()));
      parameters.follow(norm, batch);
    });
    tf.tidy(() => network.build('stage1', ops, parameters.scope, x));
    const running = parameters.all.get('norm2.running_mean')!;
    expect(largest(running, tf.mul(seen[0]!, 0.25))).toBeLessThan(1e-6);
  });

  it('leaves no tensors behind', async () => {
    const before = tf.memory().numTensors;
    const parameters = new Parameters(COMPACT, new Random(2), { addNorms: true });
    const training = parameters.withNorms(trainingOps(parameters.follow));
    const x = input(5);
    tf.tidy(() => COMPACT.build('stage1', training, parameters.scope, x)).dispose();
    await parameters.weights();
    x.dispose();
    parameters.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses weights of another network, and norms for trained weights', () => {
    const strange = new Map([['nothing.weight', { shape: [1], data: new Float32Array(1) }]]);
    const make = (options: object) => () => new Parameters(COMPACT, new Random(0), options);
    expect(make({ initial: strange })).toThrow(expect.objectContaining({ code: 'WEIGHTS_CORRUPT' }));
    const given = madeWeights(COMPACT, 4, new Map());
    expect(make({ initial: given, addNorms: true })).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});
