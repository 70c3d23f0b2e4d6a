import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { networkModel } from '../../src/matting/networks/registry.js';
import { trainedBy } from '../../src/training/back-propagation.js';
import { LocalGradients, type GradientSource, type Pass } from '../../src/training/gradient-source.js';
import { openTrainingDevice } from '../../src/training/open-device.js';
import { Parameters } from '../../src/training/parameters.js';
import { Random } from '../../src/training/random.js';
import { recipeNamed, type Recipe } from '../../src/training/recipe.js';
import type { TrainingSample } from '../../src/training/sample.js';
import { startGradientThreads } from '../../src/training/threaded-gradients.js';
import { drawnSamples } from '../support/drawn-samples.js';

const SIDE = 32;
const COMPACT = recipeNamed('compact-stage1');
const RECIPE: Recipe = { ...COMPACT, batch: 4, samples: { ...COMPACT.samples, side: SIDE } };
const NETWORK = networkModel('compact', { stages: 1 });

describe('gradients by two threads', () => {
  let samples: TrainingSample[];
  let parameters: Parameters;
  let alone: LocalGradients;
  let threads: GradientSource;

  beforeAll(async () => {
    await openTrainingDevice('cpu');
    samples = await drawnSamples(4, {
      ...{ seed: 1, side: SIDE, kinds: ['fur'], trimaps: 'random', augmentation: 'wide', prior: 'either' },
    });
    parameters = new Parameters(NETWORK, new Random(3));
    alone = new LocalGradients(RECIPE, NETWORK, parameters);
    const trained = trainedBy(RECIPE, NETWORK, parameters);
    threads = await startGradientThreads(RECIPE, parameters.all, trained, { device: 'cpu', threads: 2 });
  });
  afterAll(async () => {
    await threads.close();
    parameters.dispose();
  });

  /** What one thread finds in each half, and two in both. */
  async function passes(of: readonly TrainingSample[]): Promise<{ halves: [Pass, Pass]; both: Pass }> {
    const middle = Math.round(of.length / 2);
    const halves: [Pass, Pass] = [await alone.pass(of.slice(0, middle)), await alone.pass(of.slice(middle))];
    return { halves, both: await threads.pass(of, 0) };
  }

  async function expectMean(of: readonly TrainingSample[], shares: readonly [number, number]): Promise<void> {
    const { halves, both } = await passes(of);
    expect(both.gradients.size).toBe(parameters.trainable().size);
    for (const [name, gradient] of both.gradients) {
      const [first, second] = halves.map(({ gradients }) => gradients.get(name)!.dataSync<'float32'>());
      const mean = first!.map((value, i) => shares[0] * value + shares[1] * second![i]!);
      const largest = mean.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const off = gradient
        .dataSync<'float32'>()
        .reduce((most, value, i) => Math.max(most, Math.abs(value - mean[i]!)), 0);
      expect(off, name).toBeLessThanOrEqual(1e-6 * largest);
    }
    for (const [name, value] of Object.entries(both.losses)) {
      const [first, second] = halves.map(({ losses }) => losses[name as keyof Pass['losses']]!);
      expect(value).toBeCloseTo(shares[0] * first! + shares[1] * second!, 6);
    }
    for (const { gradients } of [...halves, both]) tf.dispose([...gradients.values()]);
  }

  it('are the mean of what one thread finds in each half', () => expectMean(samples, [1 / 2, 1 / 2]));

  it('weigh halves of unlike size by their samples', () => expectMean(samples.slice(0, 3), [2 / 3, 1 / 3]));

  it('follow the parameters as they move', async () => {
    const before = await passes(samples);
    for (const variable of parameters.trainable().values()) {
      const moved = tf.add(variable, 0.01);
      variable.assign(moved);
      moved.dispose();
    }
    const after = await threads.pass(samples, 0);
    expect(after.losses.alpha).not.toBe(before.both.losses.alpha);
    await expectMean(samples, [1 / 2, 1 / 2]);
    for (const { gradients } of [...before.halves, before.both, after]) tf.dispose([...gradients.values()]);
  });
});
