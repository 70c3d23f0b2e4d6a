/** A thread that computes gradients over its share of each batch, with a backend and parameters of its own. */
import { workerData } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import { task, type Task } from '../core/thread.js';
import { networkModel } from '../matting/networks/registry.js';
import { LocalGradients, type Pass } from './gradient-source.js';
import { openTrainingDevice } from './open-device.js';
import { Parameters } from './parameters.js';
import { Random } from './random.js';
import type { Recipe } from './recipe.js';
import type { TrainingSample } from './sample.js';

/** Numbers by parameter name, in memory that all threads see. */
export type SharedNumbers = Readonly<Record<string, Float32Array<SharedArrayBuffer>>>;

export interface GradientSetup {
  readonly recipe: Recipe;
  readonly device: string;
  /** Read before every pass. */
  readonly parameters: SharedNumbers;
  /** Written by it. */
  readonly gradients: SharedNumbers;
}

export interface GradientTask {
  readonly samples: readonly TrainingSample[];
}

interface Opened {
  readonly parameters: Parameters;
  readonly source: LocalGradients;
}

const setup = workerData as GradientSetup;
let opening: Promise<Opened> | undefined;

async function start(): Promise<Opened> {
  const { recipe, device } = setup;
  await openTrainingDevice(device);
  const network = networkModel(recipe.network, { ...recipe.options, stages: recipe.runs.length });
  const parameters = new Parameters(network, new Random(0));
  return { parameters, source: new LocalGradients(recipe, network, parameters) };
}

export const open: Task<undefined, void> = task(async () => {
  await (opening ??= start());
});

/** Takes the shared parameters over, and leaves its gradients in memory that the others see. */
export const gradients: Task<GradientTask, Pass['losses']> = task(async ({ samples }) => {
  const { parameters, source } = await (opening ??= start());
  for (const [name, variable] of parameters.all) {
    const values = tf.tensor(new Float32Array(setup.parameters[name]!), variable.shape);
    variable.assign(values);
    values.dispose();
  }
  const pass = await source.pass(samples);
  for (const [name, gradient] of pass.gradients) {
    setup.gradients[name]!.set(await gradient.data<'float32'>());
    gradient.dispose();
  }
  return pass.losses;
});
