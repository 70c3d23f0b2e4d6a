import * as tf from '@tensorflow/tfjs-core';
import { trainingOps } from '../src/matting/engines/tfjs/training-ops.js';
import { compactModel, compactStage1, compactStage2 } from '../src/matting/networks/compact.js';
import { clipNorm, lossGradients } from '../src/training/gradients.js';
import { deepMattingLoss, laplacianLoss } from '../src/training/losses.js';
import { Adam } from '../src/training/optimiser.js';
import { Parameters } from '../src/training/parameters.js';
import { Random } from '../src/training/random.js';

/** Training of `compact` on made-up pictures, which cost what real ones do. */
export interface BenchTraining {
  /** Forward, backward and Adam, once. */
  step(): void;
  dispose(): void;
}

/**
 * On the current backend.
 *
 * @param stages - 1: stage 1 alone, by the paper's losses; 2: both together, by alpha's and the Laplacian loss too
 */
export function benchTraining(side: number, batch: number, stages: 1 | 2, addNorms = false): BenchTraining {
  const random = new Random('bench');
  const parameters = new Parameters(compactModel({ stages }), random, { addNorms });
  const adam = new Adam(parameters.trainable());
  const ops = parameters.withNorms(trainingOps(parameters.follow));
  const made = (channels: number): tf.Tensor4D => {
    const data = Float32Array.from({ length: batch * side * side * channels }, () => random.uniform());
    return tf.tensor4d(data, [batch, side, side, channels]);
  };
  const [input, alpha, foreground, background] = [made(5), made(1), made(3), made(3)];
  const unknown = tf.round(made(1));
  const scope = parameters.scope;
  const loss = (): tf.Scalar => {
    const coarse = compactStage1(ops, scope.at('stage1'), input).raw;
    const first = deepMattingLoss(coarse, alpha, unknown, { foreground, background });
    if (stages === 1) return first;
    const seen = tf.concat([tf.slice(input, [0, 0, 0, 0], [-1, -1, -1, 4]), coarse], 3);
    const fine = compactStage2(ops, scope.at('stage2'), seen).raw;
    return tf.add(first, laplacianLoss(fine, alpha, unknown));
  };
  return {
    step() {
      tf.tidy(() => {
        const { gradients } = lossGradients(loss, parameters.trainable());
        adam.step(clipNorm(gradients, 5).gradients, 1e-4);
      });
      // What ran on a device is waited for.
      parameters.trainable().values().next().value!.dataSync();
    },
    dispose() {
      adam.dispose();
      parameters.dispose();
      tf.dispose([input, alpha, foreground, background, unknown]);
    },
  };
}
