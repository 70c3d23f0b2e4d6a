import * as tf from '@tensorflow/tfjs-core';
import { trainingOps } from '../matting/engines/tfjs/training-ops.js';
import { PATCHGAN } from '../matting/networks/patchgan.js';
import type { Ops } from '../matting/ops.js';
import { lossGradients } from './gradients.js';
import { discriminatorLoss } from './losses.js';
import { grouped, groupOf, readNumbers, tensorsLike, type NamedNumbers } from './named-tensors.js';
import { Adam } from './optimiser.js';
import { Parameters } from './parameters.js';
import type { Random } from './random.js';

/** A picture and the trimap it is judged with: (N, side, side, 3) and (N, side, side, 1). */
export interface Judged {
  readonly rgb: tf.Tensor;
  readonly trimap: tf.Tensor;
}

/** How often it has stepped, among the numbers of its state. */
const STEPS = 'adam.steps';

/**
 * Learns to tell pictures composed with the true alpha from those composed with a predicted one, patch by patch. Its
 * norms always take the statistics of the pictures they are shown, true and composed ones apart: it is never served, so
 * it needs no running ones.
 */
export class Discriminator {
  readonly #parameters: Parameters;
  readonly #adam: Adam;
  readonly #ops: Ops<tf.Tensor> = trainingOps((_, { mean, variance }) => tf.dispose([mean, variance]));

  /** @param random - what its parameters are drawn from */
  constructor(random: Random) {
    this.#parameters = new Parameters(PATCHGAN, random);
    // A shorter memory than usual: what it is shown changes with every step (Isola et al., CVPR 2017, §3.3).
    this.#adam = new Adam(this.#parameters.trainable(), { meanDecay: 0.5 });
  }

  /** @returns for each patch the logit of its being composed with a true alpha */
  judge({ rgb, trimap }: Judged): tf.Tensor {
    return PATCHGAN.build('stage1', this.#ops, this.#parameters.scope, tf.concat([rgb, trimap], 3));
  }

  /**
   * One step towards calling the one true and the other composed.
   *
   * @returns the loss before the step, the caller's to dispose
   */
  learn(real: Judged, composed: Judged, rate: number): tf.Scalar {
    const { loss, gradients } = lossGradients(
      () => discriminatorLoss(this.judge(real), this.judge(composed)),
      this.#parameters.trainable(),
    );
    this.#adam.step(gradients, rate);
    tf.dispose([...gradients.values()]);
    return loss;
  }

  /** What `load` needs to go on from here. */
  async state(): Promise<NamedNumbers> {
    const { steps, mean, square } = await this.#adam.state();
    return grouped({
      parameters: await readNumbers(this.#parameters.trainable()),
      'adam.mean': mean,
      'adam.square': square,
    }).set(STEPS, Float32Array.of(steps));
  }

  /** @throws `WEIGHTS_CORRUPT` for another network's */
  load(state: NamedNumbers): void {
    const variables = this.#parameters.trainable();
    const loaded = tensorsLike(variables, groupOf(state, 'parameters'), 'the discriminator');
    for (const [name, tensor] of loaded) {
      variables.get(name)!.assign(tensor);
      tensor.dispose();
    }
    const steps = state.get(STEPS)?.[0];
    if (steps === undefined) throw new Error('the state of a discriminator lacks its steps');
    this.#adam.load({
      steps,
      mean: groupOf(state, 'adam.mean'),
      square: groupOf(state, 'adam.square'),
    });
  }

  dispose(): void {
    this.#adam.dispose();
    this.#parameters.dispose();
  }
}
