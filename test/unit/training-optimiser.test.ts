import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { TFJS_DEVICES } from '../../src/matting/engines/tfjs/backend.js';
import { registerTrainingGradients } from '../../src/matting/engines/tfjs/register-gradients.js';
import { clipNorm, GradientSum, lossGradients } from '../../src/training/gradients.js';
import { MovingAverage } from '../../src/training/moving-average.js';
import type { NamedTensors } from '../../src/training/named-tensors.js';
import { Adam, type AdamOptions } from '../../src/training/optimiser.js';
import { learningRate } from '../../src/training/schedule.js';
import { noise } from '../support/made-input.js';

const numbers = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

function variables(): Map<string, tf.Variable> {
  return new Map<string, tf.Variable>([
    ['filter', tf.variable(tf.tensor2d([1, -2, 3, 0.5], [2, 2]))],
    ['bias', tf.variable(tf.tensor1d([0.25, -1]))],
  ]);
}

const gradientsAt = (step: number): NamedTensors =>
  new Map<string, tf.Tensor>([
    ['filter', tf.sub(tf.tensor2d(noise(4, 10 + step), [2, 2]), 0.5)],
    ['bias', tf.sub(tf.tensor1d(noise(2, 20 + step)), 0.5)],
  ]);

/** Adam as the paper's Algorithm 1 has it, in double precision, decoupled decay first. */
function slowAdam(start: number[], gradients: number[][], rate: number, decay: number): number[] {
  return start.map((first, i) => {
    let [value, m, v] = [first, 0, 0];
    gradients.forEach((gradient, k) => {
      const g = gradient[i]!;
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      value -= rate * decay * value;
      value -= (rate * (m / (1 - 0.9 ** (k + 1)))) / (Math.sqrt(v / (1 - 0.999 ** (k + 1))) + 1e-8);
    });
    return value;
  });
}

describe.each(['js', 'cpu'])('optimisation on the tfjs device %s', (device) => {
  beforeAll(async () => {
    registerTrainingGradients((await TFJS_DEVICES.get(device)!()).backend);
  });

  it.each([0, 0.1])('Adam takes the steps of its paper, weight decay %d for filters alone', (weightDecay) => {
    const of = variables();
    const before = new Map([...of].map(([name, variable]) => [name, numbers(variable)]));
    const adam = new Adam(of, { weightDecay });
    const seen = [0, 1, 2, 3].map(gradientsAt);
    for (const gradients of seen) adam.step(gradients, 0.05);
    for (const [name, variable] of of) {
      const decay = name === 'filter' ? weightDecay : 0;
      const gradients = seen.map((at) => numbers(at.get(name)!));
      const expected = slowAdam(before.get(name)!, gradients, 0.05, decay);
      numbers(variable).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
    }
  });

  it('goes on bit for bit from a saved state', async () => {
    const options: AdamOptions = { weightDecay: 0.01 };
    const [first, second] = [variables(), variables()];
    const adam = new Adam(first, options);
    for (const step of [0, 1, 2]) adam.step(gradientsAt(step), 0.05);
    const state = await adam.state();
    const resumed = new Adam(second, options);
    resumed.load(state);
    for (const [name, variable] of second)
      variable.assign(tf.tensor(numbers(first.get(name)!), variable.shape));
    for (const step of [3, 4]) {
      adam.step(gradientsAt(step), 0.05);
      resumed.step(gradientsAt(step), 0.05);
    }
    for (const [name, variable] of second) expect(numbers(variable)).toEqual(numbers(first.get(name)!));
    expect(await resumed.state()).toEqual(await adam.state());
  });

  it('refuses the state of something else', async () => {
    const state = await new Adam(variables()).state();
    const other = new Adam(new Map([['filter', tf.variable(tf.zeros([3]))]]));
    expect(() => other.load(state)).toThrow(expect.objectContaining({ code: 'WEIGHTS_CORRUPT' }));
  });

  it('keeps no tensors but its state, within a tidy or without', () => {
    const of = variables();
    const adam = new Adam(of);
    const gradients = gradientsAt(0);
    adam.step(gradients, 0.1);
    const before = tf.memory().numTensors;
    adam.step(gradients, 0.1);
    tf.tidy(() => adam.step(gradients, 0.1));
    adam.step(gradients, 0.1);
    expect(tf.memory().numTensors).toBe(before);
    adam.dispose();
    expect(tf.memory().numTensors).toBe(before - 4);
  });

  it('finds the gradients of a loss, zeros for what it does not depend on', () => {
    const of = variables();
    const { loss, gradients } = lossGradients(() => tf.sum(tf.square(of.get('filter')!)), of);
    expect(numbers(loss)).toEqual([1 + 4 + 9 + 0.25]);
    expect(numbers(gradients.get('filter')!)).toEqual([2, -4, 6, 1]);
    expect(numbers(gradients.get('bias')!)).toEqual([0, 0]);
  });

  it('clips by the norm over all gradients together', () => {
    const gradients = new Map([
      ['a', tf.tensor1d([3, 0])],
      ['b', tf.tensor1d([4])],
    ]);
    const clipped = clipNorm(gradients, 1);
    expect(numbers(clipped.norm)[0]).toBeCloseTo(5, 5);
    expect(numbers(clipped.gradients.get('a')!)[0]).toBeCloseTo(0.6, 5);
    expect(numbers(clipped.gradients.get('b')!)[0]).toBeCloseTo(0.8, 5);
    expect(numbers(clipNorm(gradients, 10).gradients.get('a')!)).toEqual([3, 0]);
    const none = new Map([['a', tf.zeros([2])]]);
    expect(numbers(clipNorm(none, 1).gradients.get('a')!)).toEqual([0, 0]);
  });

  it('averages the gradients of several batches, and begins anew', () => {
    const sum = new GradientSum();
    expect(() => sum.take()).toThrow();
    for (const values of [
      [1, 2],
      [3, 6],
    ])
      sum.add(new Map([['a', tf.tensor1d(values)]]));
    expect(numbers(sum.take().get('a')!)).toEqual([2, 4]);
    sum.add(new Map([['a', tf.tensor1d([5, 5])]]));
    expect(numbers(sum.take().get('a')!)).toEqual([5, 5]);
  });

  it('follows what is trained, fast at first, and goes on from a saved state', async () => {
    const of = new Map([['x', tf.variable(tf.tensor1d([0, 10]))]]);
    const average = new MovingAverage(of, 0.5);
    of.get('x')!.assign(tf.tensor1d([10, 0]));
    average.update();
    // Of the beginning a tenth is left at the first update, two elevenths at the second.
    expect(numbers(average.values.get('x')!)[0]).toBeCloseTo(9, 5);
    of.get('x')!.assign(tf.tensor1d([20, 0]));
    average.update();
    expect(numbers(average.values.get('x')!)[0]).toBeCloseTo(9 + (9 / 11) * 11, 4);
    const resumed = new MovingAverage(of, 0.5);
    resumed.load(await average.state());
    for (const each of [average, resumed]) for (let i = 0; i < 12; i++) each.update();
    expect(numbers(resumed.values.get('x')!)).toEqual(numbers(average.values.get('x')!));
    expect(() => resumed.load({ updates: 0, values: new Map() })).toThrow(
      expect.objectContaining({ code: 'WEIGHTS_CORRUPT' }),
    );
  });
});

describe('learningRate', () => {
  it('is constant once it has risen', () => {
    const rates = [0, 1, 3, 4, 1000].map((step) =>
      learningRate({ kind: 'constant', rate: 8, warmUp: 4 }, step),
    );
    expect(rates).toEqual([2, 4, 8, 8, 8]);
    expect(learningRate({ kind: 'constant', rate: 8 }, 0)).toBe(8);
  });

  it('falls along half a cosine to its floor and stays there', () => {
    const schedule = { kind: 'cosine', rate: 10, warmUp: 2, steps: 12, floor: 2 } as const;
    const rates = [1, 2, 7, 12, 50].map((step) => learningRate(schedule, step));
    [10, 10, 6, 2, 2].forEach((rate, i) => expect(rates[i]).toBeCloseTo(rate, 9));
  });
});
