import * as tf from '@tensorflow/tfjs-core';
import type { NetworkModel, Stage } from '../matting/networks/model.js';
import type { Ops, WeightScope } from '../matting/ops.js';
import type { Batch } from './batch.js';
import { alphaLoss, compositionLoss, gradientLoss, laplacianLoss, trimapLoss } from './losses.js';
import type { LossName, Recipe } from './recipe.js';

/** Values of single losses before they are weighed, by name. */
export type LossValues = ReadonlyMap<LossName, tf.Scalar>;

/** A network and what it reads its parameters from. */
export interface Learner {
  readonly network: NetworkModel;
  readonly ops: Ops<tf.Tensor>;
  readonly scope: WeightScope<tf.Tensor>;
}

/** Keeps the logarithm of a probability finite. */
const LEAST = 1e-7;

/**
 * Runs stages of a matting network one after the other.
 *
 * @param guide - what the first of them reads beside colour and trimap: the prior, or the carry of the stage before;
 *   ignored by a stage that reads neither
 * @returns what the last one gives: (N, side, side, 1), the carry or alpha, or (N, side, side, 3) classes
 */
export function runStages(
  { network, ops, scope }: Learner,
  stages: readonly Stage[],
  batch: Pick<Batch, 'rgb' | 'trimap'>,
  guide: tf.Tensor,
): tf.Tensor {
  return stages.reduce((carry, stage) => {
    const parts = [batch.rgb, batch.trimap, carry];
    // Channels say what a stage reads: colour, then the trimap, then a guide.
    const read = parts.slice(0, Math.max(1, network.channels[stage] - 2));
    return network.build(stage, ops, scope, tf.concat(read, 3));
  }, guide);
}

/** An unknown pixel that is called known spoils the matte; the other way round it costs a little time. */
const CLASS_WEIGHTS = [1, 3, 1] as const;

/** The losses of a recipe that compare a network's result with the truth; the adversarial one is not among them. */
export function lossesOf({ losses }: Pick<Recipe, 'losses'>, output: tf.Tensor, batch: Batch): LossValues {
  const { alpha, unknown } = batch;
  const formulas: Partial<Record<LossName, () => tf.Scalar>> = {
    alpha: () => alphaLoss(output, alpha, unknown),
    composition: () => compositionLoss(output, alpha, unknown, batch),
    gradient: () => gradientLoss(output, alpha, unknown),
    laplacian: () => laplacianLoss(output, alpha, unknown),
    // The networks give probabilities: their logarithms are logits of the same.
    classes: () => trimapLoss(tf.log(tf.add(output, LEAST)), trimapClasses(batch.trimap), CLASS_WEIGHTS),
  };
  const values = new Map<LossName, tf.Scalar>();
  for (const [name, formula] of Object.entries(formulas) as [LossName, () => tf.Scalar][]) {
    if (losses[name]) values.set(name, formula());
  }
  return values;
}

/** The sum that is made small. */
export function weighed({ losses }: Pick<Recipe, 'losses'>, values: LossValues): tf.Scalar {
  return [...values].reduce<tf.Scalar>(
    (sum, [name, value]) => tf.add(sum, tf.mul(value, losses[name]!)),
    tf.scalar(0),
  );
}

/** (N, H, W, 3): 1 at background, unknown, foreground. */
function trimapClasses(trimap: tf.Tensor): tf.Tensor {
  return tf.concat(
    [0, 0.5, 1].map((value) => tf.cast(tf.equal(trimap, value), 'float32')),
    3,
  );
}
