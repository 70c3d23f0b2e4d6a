import * as tf from '@tensorflow/tfjs-core';
import type { NetworkModel } from '../matting/networks/model.js';
import { BackPropagation } from './back-propagation.js';
import { batchOf, type Batch } from './batch.js';
import { Discriminator, type Judged } from './discriminator.js';
import { readLosses, type GradientSource, type Pass } from './gradient-source.js';
import { deceptionLoss } from './losses.js';
import { lossesOf } from './objective.js';
import type { Parameters } from './parameters.js';
import { Random } from './random.js';
import type { Recipe } from './recipe.js';
import type { TrainingSample } from './sample.js';

/**
 * Gradients of a network that is also to deceive a discriminator, which learns with every pass (Lutz, Amplianitis and
 * Smolić, "AlphaGAN: Generative adversarial networks for natural image matting", BMVC 2018, §3.2).
 *
 * A pass runs the network once. Its losses, the discriminator's judgement among them, give the gradients; the same
 * composites then teach the discriminator, which is ready so for the next pass. Teaching it first would judge the same
 * alternation one step fresher, at the price of running the network twice.
 */
export class AdversarialGradients implements GradientSource {
  readonly companion: Discriminator;
  readonly #recipe: Recipe;
  readonly #propagation: BackPropagation;

  /** @param recipe - of a network that gives alpha */
  constructor(recipe: Recipe, network: NetworkModel, parameters: Parameters) {
    this.#recipe = recipe;
    this.#propagation = new BackPropagation(recipe, network, parameters);
    this.companion = new Discriminator(new Random(recipe.seed).fork('discriminator'));
  }

  async pass(samples: readonly TrainingSample[], rate: number): Promise<Pass> {
    const batch = batchOf(samples);
    const { gradients, values, output } = this.#propagation.run(batch, (alpha) => {
      const deception = deceptionLoss(this.companion.judge(composedWith(alpha, batch)));
      return new Map([...lossesOf(this.#recipe, alpha, batch), ['adversarial', deception]]);
    });
    const [real, composed] = [composedWith(batch.alpha, batch), composedWith(output, batch)];
    const learnt = this.companion.learn(real, composed, rate);
    tf.dispose([output, { ...batch }, real.rgb, composed.rgb]);
    const losses = await readLosses(values);
    const discriminator = (await learnt.data())[0]!;
    learnt.dispose();
    return { gradients, losses: { ...losses, discriminator } };
  }

  close(): Promise<void> {
    this.companion.dispose();
    return Promise.resolve();
  }
}

/**
 * I = αF + (1 − α)B of a batch's layers. The true one is composed anew too, since the sample's own picture has a camera's
 * noise, by which a discriminator would know it.
 */
function composedWith(alpha: tf.Tensor, { foreground, background, trimap }: Batch): Judged {
  const rgb = tf.tidy(() => tf.add(background, tf.mul(alpha, tf.sub(foreground, background))));
  return { rgb, trimap };
}
