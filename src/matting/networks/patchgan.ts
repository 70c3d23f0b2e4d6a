import type { Ops, WeightScope } from '../ops.js';
import { batchNorm } from './layers.js';
import type { Network } from './model.js';

/** Channels of the four inner layers. */
const WIDTHS = [64, 128, 256, 512] as const;
const KERNEL = 4;
const SLOPE = 0.2;

/**
 * The PatchGAN discriminator with a field of 70×70 pixels (Isola, Zhu, Zhou and Efros, "Image-to-Image Translation
 * with Conditional Adversarial Networks", CVPR 2017, §6.1): three layers of stride 2 and two of stride 1, kernels of
 * 4×4, leaky ReLU of slope 0.2, batch norm in all but the first and the last. Lutz et al. (BMVC 2018) show it the
 * composite and the trimap.
 *
 * @param input - (N, 4, H, W): the composite's R′G′B′ 0..1, trimap 0 / 0.5 / 1; H and W multiples of 8, at least 32
 * @returns (N, 1, H/8 − 2, W/8 − 2): for each patch the logit of its being composed with a true alpha
 */
export function patchganDiscriminator<T>(ops: Ops<T>, weights: WeightScope<T>, input: T): { logits: T } {
  // Colour and trimap alike on −1..1.
  let x = ops.affine(input, 2, -1);
  let inputs = 4;
  for (const [i, outputs] of WIDTHS.entries()) {
    const layer = weights.at(`layer${i + 1}`);
    const filter = layer.get('weight', [outputs, inputs, KERNEL, KERNEL]);
    const options = { padding: 1, stride: i < 3 ? 2 : 1 };
    const y =
      i === 0
        ? ops.conv(x, filter, layer.get('bias', [outputs]), options)
        : ops.conv(x, filter, undefined, {
            ...options,
            norm: batchNorm(weights.at(`norm${i + 1}`), outputs),
          });
    x = ops.leakyRelu(y, SLOPE);
    inputs = outputs;
  }
  const last = weights.at('layer5');
  const filter = last.get('weight', [1, inputs, KERNEL, KERNEL]);
  return { logits: ops.conv(x, filter, last.get('bias', [1]), { padding: 1 }) };
}

/** The discriminator as a network of one stage: for training, and for the table of its layers. It serves no engine. */
export const PATCHGAN: Network = {
  name: 'patchgan',
  multiple: 32,
  stages: ['stage1'],
  channels: { stage1: 4, stage2: 0 },
  outputs: { stage1: 1, stage2: 0 },
  build: (_, ops, weights, input) => patchganDiscriminator(ops, weights, input).logits,
};
