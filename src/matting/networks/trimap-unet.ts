import type { Ops, WeightScope } from '../ops.js';
import { normalisedColour } from './imagenet.js';
import { convolution } from './layers.js';
import type { ModelOptions, NetworkModel } from './model.js';
import { OptionReader } from './option-reader.js';
import { UNET_OUTPUTS, unetFeatures } from './unet.js';

/** Of every layer: 16 channels have groups of two, 128 of sixteen. */
const GROUPS = 8;
const EPSILON = 1e-5;

/**
 * A trimap from a picture alone: a small U-Net with group norms, which do not depend on the size of a batch.
 *
 * @param input - (N, 3, H, W): R′G′B′ 0..1; H and W multiples of 32
 * @returns both (N, 3, H, W), channels background, unknown, foreground: `logits` as the network has them (what a
 *   cross-entropy is taken of), and `probabilities`, which sum to 1
 */
export function trimapUnet<T>(
  ops: Ops<T>,
  weights: WeightScope<T>,
  input: T,
): { logits: T; probabilities: T } {
  const features = unetFeatures(
    ops,
    normalisedColour(ops, input),
    3,
    (name, x, inputs, outputs, dilation) => {
      const layer = weights.at(name);
      const filter = layer.get('weight', [outputs, inputs, 3, 3]);
      const y = ops.conv(x, filter, undefined, { padding: dilation, dilation });
      const norm = layer.at('norm');
      const [scale, shift] = [norm.get('weight', [outputs]), norm.get('bias', [outputs])];
      return ops.relu(ops.groupNorm(y, GROUPS, scale, shift, EPSILON));
    },
  );
  const shape = { inputs: UNET_OUTPUTS, outputs: 3, kernel: 3 };
  const logits = convolution(ops, weights, 'classes', features, shape);
  return { logits, probabilities: ops.softmax(logits) };
}

/**
 * The model `trimap-unet`. It has no options but `stages`, and no margin: its norms measure the whole picture, so it
 * is run on whole pictures, reduced in size where they are large.
 *
 * @throws `WEIGHTS_CORRUPT` for an option it does not know
 */
export function trimapUnetModel(options: ModelOptions): NetworkModel {
  const read = new OptionReader('trimap-unet', options);
  // 2 asks for every stage there is, which is one.
  read.oneOf('stages', [1, 2]);
  read.done();
  return {
    name: 'trimap-unet',
    readsPrior: false,
    multiple: 32,
    stages: ['stage1'],
    channels: { stage1: 3, stage2: 0 },
    outputs: { stage1: 3, stage2: 0 },
    margins: { stage1: 0, stage2: 0 },
    carry: 'classes',
    build: (_, ops, weights, input) => trimapUnet(ops, weights, input).probabilities,
  };
}
