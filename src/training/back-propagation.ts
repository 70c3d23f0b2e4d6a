import * as tf from '@tensorflow/tfjs-core';
import { trainingOps } from '../matting/engines/tfjs/training-ops.js';
import { parameterShapes } from '../matting/networks/inventory.js';
import type { NetworkModel } from '../matting/networks/model.js';
import type { Batch } from './batch.js';
import { lossGradients } from './gradients.js';
import type { NamedTensors } from './named-tensors.js';
import { runStages, weighed, type Learner, type LossValues } from './objective.js';
import type { Parameters } from './parameters.js';
import type { LossName, Recipe } from './recipe.js';

/** What going forward and back over a batch found; all the caller's to dispose. */
export interface Propagated {
  /** By every trained parameter's name. */
  readonly gradients: NamedTensors;
  /** Single losses before they are weighed. */
  readonly values: LossValues;
  /** What the last stage gave. */
  readonly output: tf.Tensor;
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

/** Runs a recipe's stages over a batch on this thread's backend, and what they are to learn back through them. */
export class BackPropagation {
  readonly #recipe: Recipe;
  readonly #learner: Learner;
  readonly #trained: ReadonlyMap<string, tf.Variable>;

  constructor(recipe: Recipe, network: NetworkModel, parameters: Parameters) {
    this.#recipe = recipe;
    this.#trained = trainedBy(recipe, network, parameters);
    const ops = parameters.withNorms(trainingOps(parameters.follow));
    this.#learner = { network, ops, scope: parameters.scope };
  }

  /**
   * @param batch - stays the caller's
   * @param losses - of what the last stage gives, within a tidy of its own; the recipe weighs them
   */
  run(batch: Batch, losses: (output: tf.Tensor) => LossValues): Propagated {
    const carry = this.#frozenCarry(batch);
    const values = new Map<LossName, tf.Scalar>();
    const outputs: tf.Tensor[] = [];
    const { loss, gradients } = lossGradients(() => {
      const stages = this.#recipe.runs.filter((stage) => this.#recipe.trains.includes(stage));
      const output = runStages(this.#learner, stages, batch, carry);
      outputs.push(tf.keep(output));
      for (const [name, value] of losses(output)) values.set(name, tf.keep(value));
      return weighed(this.#recipe, values);
    }, this.#trained);
    tf.dispose([carry, loss]);
    return { gradients, values, output: outputs[0]! };
  }

  /** What the stages that stay as they are give to those that are trained: no gradient goes through them. */
  #frozenCarry(batch: Batch): tf.Tensor {
    const frozen = this.#recipe.runs.filter((stage) => !this.#recipe.trains.includes(stage));
    return tf.tidy(() => runStages(this.#learner, frozen, batch, batch.prior).clone());
  }
}
