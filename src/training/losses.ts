import * as tf from '@tensorflow/tfjs-core';
import { evenPadding, fusedConv } from '../matting/engines/tfjs/fused-conv.js';
import { transposedConv } from '../matting/engines/tfjs/transposed-conv.js';

/** Under the root of the paper's losses, so that they have a slope at 0. */
const EPSILON = 1e-6;

/** √(d² + ε²) (Xu et al., "Deep Image Matting", CVPR 2017, §4.1). */
function softAbsolute(difference: tf.Tensor): tf.Tensor {
  return tf.sqrt(tf.add(tf.square(difference), EPSILON ** 2));
}

/**
 * The mean over the unknown region; 0 where there is none.
 *
 * @param values - (N, H, W, channels)
 * @param unknown - (N, H, W, 1)
 */
function meanOverUnknown(values: tf.Tensor, unknown: tf.Tensor): tf.Scalar {
  const channels = values.shape.at(-1)!;
  const sum = tf.sum(tf.mul(values, unknown));
  return tf.div(sum, tf.mul(tf.maximum(tf.sum(unknown), 1), channels));
}

/**
 * The paper's loss of alpha: how far it is off, over the unknown region.
 *
 * @param predicted - (N, H, W, 1), 0..1 or beyond, as are the others
 * @param alpha - the true one
 * @param unknown - 1 where the trimap does not know, 0 elsewhere
 */
export function alphaLoss(predicted: tf.Tensor, alpha: tf.Tensor, unknown: tf.Tensor): tf.Scalar {
  return meanOverUnknown(softAbsolute(tf.sub(predicted, alpha)), unknown);
}

/** What a picture was composed of, (N, H, W, 3), R′G′B′ 0..1. */
export interface Layers {
  readonly foreground: tf.Tensor;
  readonly background: tf.Tensor;
}

/**
 * The paper's loss of composition: how far the picture that the predicted alpha composes is from the one the true alpha
 * does, over the unknown region and the three colours. The two differ by (α̂ − α)(F − B).
 */
export function compositionLoss(
  predicted: tf.Tensor,
  alpha: tf.Tensor,
  unknown: tf.Tensor,
  { foreground, background }: Layers,
): tf.Scalar {
  const difference = tf.mul(tf.sub(predicted, alpha), tf.sub(foreground, background));
  return meanOverUnknown(softAbsolute(difference), unknown);
}

/** Both of the paper's losses in equal parts, as it weighs them. */
export function deepMattingLoss(
  predicted: tf.Tensor,
  alpha: tf.Tensor,
  unknown: tf.Tensor,
  layers: Layers,
): tf.Scalar {
  const both = tf.add(
    alphaLoss(predicted, alpha, unknown),
    compositionLoss(predicted, alpha, unknown, layers),
  );
  return tf.mul(both, 0.5);
}

/**
 * How far the slopes of alpha are off: |∂d/∂x| + |∂d/∂y| of the difference d, by neighbouring pixels, summed and
 * divided by the unknown pixels. Known pixels count as right. L1 on alpha's gradients as in Tang et al.,
 * "Learning-based Sampling for Natural Image Matting", CVPR 2019.
 */
export function gradientLoss(predicted: tf.Tensor, alpha: tf.Tensor, unknown: tf.Tensor): tf.Scalar {
  const difference = tf.mul(tf.sub(predicted, alpha), unknown);
  // Rows, columns, inputs, outputs: the right neighbour less the pixel, the lower one less the pixel.
  const slopes = tf.tensor4d([-1, -1, 1, 0, 0, 1, 0, 0], [2, 2, 1, 2]);
  const steps = tf.abs(fusedConv(difference, slopes, undefined, { pad: evenPadding(0) }));
  return tf.div(tf.sum(steps), tf.maximum(tf.sum(unknown), 1));
}

/** The binomial window of Burt and Adelson, "The Laplacian Pyramid as a Compact Image Code", 1983. */
const WINDOW = [1, 4, 6, 4, 1].map((weight) => weight / 16);
const LEVELS = 5;

/**
 * The difference in the Laplacian pyramids of both alphas, Σ 2^i ‖L_i(α̂) − L_i(α)‖₁ over five levels, divided by the
 * unknown pixels (Hou and Liu, "Context-Aware Image Matting", ICCV 2019; Niklaus and Liu, CVPR 2018). The pyramid is
 * linear, so that one of the difference will do. Known pixels count as right. What is left above the fifth level, the
 * mean more or less, is not looked at: use it beside `alphaLoss`.
 *
 * @param predicted - (N, H, W, 1), height and width multiples of 32, as are the others
 */
export function laplacianLoss(predicted: tf.Tensor, alpha: tf.Tensor, unknown: tf.Tensor): tf.Scalar {
  const window = WINDOW.flatMap((down) => WINDOW.map((along) => down * along));
  const blur = tf.tensor4d(window, [5, 5, 1, 1]);
  // Three of four samples are zeros before the window fills them.
  const fill = tf.mul<tf.Tensor4D>(blur, 4);
  let level: tf.Tensor = tf.mul(tf.sub(predicted, alpha), unknown);
  let total: tf.Tensor = tf.scalar(0);
  for (let i = 0; i < LEVELS; i++) {
    const coarser = fusedConv(level, blur, undefined, { pad: evenPadding(2), stride: 2 });
    const shape = { padding: 2, stride: 2, extra: 1 };
    const detail = tf.sub(level, transposedConv(coarser, fill, undefined, shape, undefined));
    total = tf.add(total, tf.mul(tf.sum(tf.abs(detail)), 2 ** i));
    level = coarser;
  }
  return tf.div(total, tf.maximum(tf.sum(unknown), 1));
}

/**
 * What the discriminator is trained by: the binary cross-entropy of its judgement, true composites wanted as 1 and
 * those of a predicted alpha as 0 (Goodfellow et al., 2014; per patch, Isola et al., CVPR 2017; for matting, Lutz et
 * al., "AlphaGAN", BMVC 2018).
 *
 * @param real - logits of the patches, any shape
 * @param composed - those of a predicted alpha
 */
export function discriminatorLoss(real: tf.Tensor, composed: tf.Tensor): tf.Scalar {
  // −log σ(x) = softplus(−x), which does not overflow.
  return tf.add(tf.mean(tf.softplus(tf.neg(real))), tf.mean(tf.softplus(composed)));
}

/** What the matting network is trained by beside its other losses: −log of being taken for true. */
export function deceptionLoss(composed: tf.Tensor): tf.Scalar {
  return tf.mean(tf.softplus(tf.neg(composed)));
}

/**
 * Cross-entropy of background, unknown and foreground, for networks that make trimaps.
 *
 * @param logits - (N, H, W, 3)
 * @param classes - (N, H, W, 3): 1 at the true class, 0 at the others
 * @param weights - how much a pixel of each class counts; equal unless told. The mean is over what they add up to
 */
export function trimapLoss(
  logits: tf.Tensor,
  classes: tf.Tensor,
  weights: readonly [number, number, number] = [1, 1, 1],
): tf.Scalar {
  const weighted = tf.mul(classes, tf.tensor1d([...weights]));
  const sum = tf.sum(tf.mul(weighted, tf.logSoftmax(logits)));
  return tf.neg(tf.div(sum, tf.maximum(tf.sum(weighted), EPSILON)));
}
