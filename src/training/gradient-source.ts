import * as tf from '@tensorflow/tfjs-core';
import type { NetworkModel } from '../matting/networks/model.js';
import { BackPropagation } from './back-propagation.js';
import { batchOf } from './batch.js';
import type { NamedNumbers, NamedTensors } from './named-tensors.js';
import { lossesOf, type LossValues } from './objective.js';
import type { Parameters } from './parameters.js';
import type { LossName, Recipe } from './recipe.js';
import type { TrainingSample } from './sample.js';

/** What one pass over some samples found. */
export interface Pass {
  /** By every trained parameter's name, the caller's to dispose. */
  readonly gradients: NamedTensors;
  /** Single losses before they are weighed, by name; the discriminator's own among them where there is one. */
  readonly losses: Readonly<Partial<Record<LossName | 'discriminator', number>>>;
}

/** What learns along with the network, and a checkpoint therefore holds beside it. */
export interface Companion {
  state(): Promise<NamedNumbers>;
  /** @throws `WEIGHTS_CORRUPT` for numbers of something else */
  load(numbers: NamedNumbers): void;
}

/** Where gradients come from: this thread's backend, or several threads'. */
export interface GradientSource {
  readonly companion?: Companion;
  /**
   * @param samples - at least one
   * @param rate - the step's learning rate, for what learns along with the network
   */
  pass(samples: readonly TrainingSample[], rate: number): Promise<Pass>;
  close(): Promise<void>;
}

/** Gradients computed on the present backend of this thread. */
export class LocalGradients implements GradientSource {
  readonly #recipe: Recipe;
  readonly #propagation: BackPropagation;

  constructor(recipe: Recipe, network: NetworkModel, parameters: Parameters) {
    this.#recipe = recipe;
    this.#propagation = new BackPropagation(recipe, network, parameters);
  }

  async pass(samples: readonly TrainingSample[]): Promise<Pass> {
    const batch = batchOf(samples);
    const { gradients, values, output } = this.#propagation.run(batch, (output) =>
      lossesOf(this.#recipe, output, batch),
    );
    tf.dispose([output, { ...batch }]);
    return { gradients, losses: await readLosses(values) };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Copies losses out of the backend and disposes of them. */
export async function readLosses(values: LossValues): Promise<Pass['losses']> {
  const losses: Partial<Record<LossName, number>> = {};
  for (const [name, value] of values) losses[name] = (await value.data())[0]!;
  tf.dispose([...values.values()]);
  return losses;
}
