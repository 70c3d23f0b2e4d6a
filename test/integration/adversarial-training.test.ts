import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { networkModel } from '../../src/matting/networks/registry.js';
import { AdversarialGradients } from '../../src/training/adversarial-gradients.js';
import { trainedBy } from '../../src/training/back-propagation.js';
import type { Pass } from '../../src/training/gradient-source.js';
import { readNumbers } from '../../src/training/named-tensors.js';
import { openTrainingDevice } from '../../src/training/open-device.js';
import { openGradients } from '../../src/training/open-gradients.js';
import { Adam } from '../../src/training/optimiser.js';
import { Parameters } from '../../src/training/parameters.js';
import { Random } from '../../src/training/random.js';
import { recipeNamed, type Recipe } from '../../src/training/recipe.js';
import type { TrainingSample } from '../../src/training/sample.js';
import { Trainer } from '../../src/training/trainer.js';
import { drawnSamples } from '../support/drawn-samples.js';

/** The least a discriminator can judge. */
const SIDE = 32;

/** A generator of an eighth of the published width, on small crops. */
const ALPHAGAN = recipeNamed('alphagan');
const SMALL: Recipe = {
  ...ALPHAGAN,
  ...{ options: { width: 8 }, batch: 2, accumulate: 1, samples: { ...ALPHAGAN.samples, side: SIDE } },
};
const NETWORK = networkModel('alphagan', SMALL.options);
const RATE = 2e-4;

/** Of a discriminator that cannot tell one from the other. */
const CHANCE = 2 * Math.log(2);

let samples: TrainingSample[];

beforeAll(async () => {
  await openTrainingDevice('cpu');
  samples = await drawnSamples(4, {
    ...{ seed: 1, side: SIDE, kinds: ['fur'], trimaps: 'random', augmentation: 'paper', prior: 'none' },
  });
});

function opened(recipe = SMALL): { parameters: Parameters; source: AdversarialGradients; trainer: Trainer } {
  const parameters = new Parameters(NETWORK, new Random(recipe.seed));
  const source = new AdversarialGradients(recipe, NETWORK, parameters);
  return { parameters, source, trainer: new Trainer(recipe, NETWORK, parameters, source) };
}

describe('a step of adversarial training', () => {
  it('changes both networks, reports four losses and keeps no tensor', async () => {
    const { parameters, source, trainer } = opened();
    const numbers = async (): Promise<Map<string, Float32Array>> =>
      new Map([...(await readNumbers(parameters.trainable())), ...(await source.companion.state())]);
    const before = await numbers();
    const tensors = tf.memory().numTensors;
    const { losses } = await trainer.take(samples.slice(0, 2));
    expect(tf.memory().numTensors).toBe(tensors);
    expect(Object.keys(losses).sort()).toEqual(['adversarial', 'alpha', 'composition', 'discriminator']);
    const after = await numbers();
    const same = [...before].filter(([name, data]) => equal(data, after.get(name)!));
    expect(same.map(([name]) => name)).toEqual([]);
    await trainer.close();
  });

  it('follows from what a checkpoint holds', async () => {
    const whole = opened();
    for (let step = 0; step < 3; step++) await whole.trainer.take(samples.slice(step % 2, (step % 2) + 2));
    const first = opened();
    for (let step = 0; step < 2; step++) await first.trainer.take(samples.slice(step % 2, (step % 2) + 2));
    const second = opened({ ...SMALL, seed: 9 });
    second.trainer.load(await first.trainer.state());
    await second.trainer.take(samples.slice(0, 2));
    const [a, b] = [await whole.trainer.state(), await second.trainer.state()];
    expect([...a.tensors.keys()].filter((name) => name.startsWith('companion/')).length).toBeGreaterThan(3);
    expect([...b.tensors.keys()]).toEqual([...a.tensors.keys()]);
    for (const [name, { data }] of a.tensors) expect(equal(b.tensors.get(name)!.data, data), name).toBe(true);
    for (const { trainer } of [whole, first, second]) await trainer.close();
  });

  it('does not take a checkpoint without a discriminator', async () => {
    const { trainer } = opened();
    const { step, tensors } = await trainer.state();
    const lacking = new Map([...tensors].filter(([name]) => !name.startsWith('companion/')));
    expect(() => trainer.load({ step, tensors: lacking })).toThrow(/the discriminator does not fit/);
    await trainer.close();
  });
});

it('a discriminator learns to tell composites apart, and a network learns from it to deceive', async () => {
  const recipe: Recipe = { ...SMALL, losses: { adversarial: 1 } };
  const parameters = new Parameters(NETWORK, new Random(recipe.seed));
  const source = new AdversarialGradients(recipe, NETWORK, parameters);
  const generator = new Adam(trainedBy(recipe, NETWORK, parameters));
  /** One learns while the other stays as it is. */
  const learn = async (which: 'discriminator' | 'generator', passes: number): Promise<Pass['losses'][]> => {
    const losses: Pass['losses'][] = [];
    for (let k = 0; k < passes; k++) {
      const pass = await source.pass(samples, which === 'discriminator' ? RATE : 0);
      if (which === 'generator') generator.step(pass.gradients, 10 * RATE);
      tf.dispose([...pass.gradients.values()]);
      losses.push(pass.losses);
    }
    return losses;
  };

  const told = (await learn('discriminator', 12)).map(({ discriminator }) => discriminator!);
  expect(told[0]).toBeGreaterThan(0.9 * CHANCE);
  expect(told.at(-1)).toBeLessThan(CHANCE / 4);

  const deceived = (await learn('generator', 10)).map(({ adversarial }) => adversarial!);
  expect(deceived.at(-1)).toBeLessThan(0.7 * deceived[0]!);
  generator.dispose();
  await source.close();
  parameters.dispose();
});

it('comes with the loss, and on one thread', async () => {
  const parameters = new Parameters(NETWORK, new Random(1));
  const source = await openGradients(SMALL, NETWORK, parameters, { device: 'cpu' });
  expect(source).toBeInstanceOf(AdversarialGradients);
  await source.close();
  const split = { device: 'cpu', threads: 2 };
  const unnormed: Recipe = { ...SMALL, norm: 'none' };
  await expect(openGradients(unnormed, NETWORK, parameters, split)).rejects.toThrow(/discriminator/);
  parameters.dispose();
});

/** By bytes: numbers one by one take a minute. */
function equal(a: Float32Array, b: Float32Array): boolean {
  return Buffer.compare(Buffer.from(a.buffer), Buffer.from(b.buffer)) === 0;
}
