import * as tf from '@tensorflow/tfjs-core';
import { TENSOR_OPS } from '../matting/engines/tfjs/tensor-ops.js';
import type { NetworkModel } from '../matting/networks/model.js';
import { batchOf } from './batch.js';
import { lossesOf, runStages, weighed } from './objective.js';
import type { Parameters } from './parameters.js';
import type { Recipe } from './recipe.js';
import type { TrainingSample } from './sample.js';

/**
 * The recipe's weighed loss on samples that training never sees, as a served network would do on them: norms take their
 * running statistics. One sample at a time, each counting alike.
 */
export async function heldOutLoss(
  recipe: Recipe,
  network: NetworkModel,
  parameters: Parameters,
  samples: readonly TrainingSample[],
): Promise<number> {
  const learner = { network, ops: parameters.withNorms(TENSOR_OPS), scope: parameters.scope };
  let sum = 0;
  for (const sample of samples) {
    const loss = tf.tidy(() => {
      const batch = batchOf([sample]);
      return weighed(recipe, lossesOf(recipe, runStages(learner, recipe.runs, batch, batch.prior), batch));
    });
    sum += (await loss.data())[0]!;
    loss.dispose();
  }
  return sum / samples.length;
}
