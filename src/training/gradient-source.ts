import * as tf from '@tensorflow/tfjs-core';
import { trainingOps } from '../matting/engines/tfjs/training-ops.js';
import { parameterShapes } from '../matting/networks/inventory.js';
import type { NetworkModel } from '../matting/networks/model.js';
import { batchOf, type Batch } from './batch.js';
import { lossGradients } from './gradients.js';
import type { NamedTensors } from './named-tensors.js';
import { lossesOf, runStages, weighed, type Learner } from './objective.js';
import type { Parameters } from './parameters.js';
import type { LossName, Recipe } from './recipe.js';
import type { TrainingSample } from './sample.js';

/** What one pass over some samples found. */
export interface Pass {
  /** By every trained parameter's name, the caller's to dispose. */
  readonly gradients: NamedTensors;
  /** Single losses before they are weighed, by name. */
  readonly losses: Readonly<Partial<Record<LossName, number>>>;
}

/** Where gradients come from: this thread's backend, or several threads'. */
export interface GradientSource {
  /** @param samples - at least one */
  pass(samples: readonly TrainingSample[]): Promise<Pass>;
  close(): Promise<void>;
}

/** The parameters that a recipe changes, by name. */
export function trainedBy(
  { trains }: Pick<Recipe, 'trains'>,
  network: NetworkModel,
  parameters: Parameters,
): ReadonlyMap<string, tf.Variable> {
  const all = parameters.trainable();
  const frozen = network.stages.filter((stage) => !trains.includes(stage));
  const untouched = new Set(parameterShapes({ ...network, stages: frozen }).keys());
  return new Map([...all].filter(([name]) => !untouched.has(name)));
}

/** Gradients computed on the present backend of this thread. */
export class LocalGradients implements GradientSource {
  readonly #recipe: Recipe;
  readonly #learner: Learner;
  readonly #trained: ReadonlyMap<string, tf.Variable>;

  constructor(recipe: Recipe, network: NetworkModel, parameters: Parameters) {
    this.#recipe = recipe;
    this.#trained = trainedBy(recipe, network, parameters);
    const ops = parameters.withNorms(trainingOps(parameters.follow));
    this.#learner = { network, ops, scope: parameters.scope };
  }

  async pass(samples: readonly TrainingSample[]): Promise<Pass> {
    const batch = batchOf(samples);
    const values = new Map<LossName, tf.Scalar>();
    const carry = this.#frozenCarry(batch);
    const { loss, gradients } = lossGradients(() => {
      const stages = this.#recipe.runs.filter((stage) => this.#recipe.trains.includes(stage));
      const output = runStages(this.#learner, stages, batch, carry);
      for (const [name, value] of lossesOf(this.#recipe, output, batch)) values.set(name, tf.keep(value));
      return weighed(this.#recipe, values);
    }, this.#trained);
    const losses: Partial<Record<LossName, number>> = {};
    for (const [name, value] of values) losses[name] = (await value.data())[0]!;
    tf.dispose([batch as unknown as tf.TensorContainerObject, carry, loss, ...values.values()]);
    return { gradients, losses };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** What the stages that stay as they are give to those that are trained: no gradient goes through them. */
  #frozenCarry(batch: Batch): tf.Tensor {
    const frozen = this.#recipe.runs.filter((stage) => !this.#recipe.trains.includes(stage));
    return tf.tidy(() => runStages(this.#learner, frozen, batch, batch.prior).clone());
  }
}
