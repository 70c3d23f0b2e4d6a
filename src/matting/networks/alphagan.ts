import type { Ops, WeightScope } from '../ops.js';
import { aspp } from './aspp.js';
import { normalisedColour } from './imagenet.js';
import { putInKnown } from './known-pixels.js';
import { batchNorm, convolution, normedConvolution } from './layers.js';
import type { ModelOptions, NetworkModel } from './model.js';
import { OptionReader } from './option-reader.js';
import { LAYER1_WIDTH, LAYER4_WIDTH, resnet50 } from './resnet.js';

/** How wide the generator is. */
export interface AlphaganOptions {
  /** Channels of the encoder's stem, to which all other widths are in proportion; 64 as published. */
  readonly width: number;
}

/**
 * The generator of AlphaGAN (Lutz, Amplianitis and Smolić, "AlphaGAN: Generative adversarial networks for natural
 * image matting", BMVC 2018): ResNet-50 at an eighth of the input, atrous spatial pyramid pooling, and a decoder that
 * comes back by bilinear interpolation, unpooling with the stem's indices and a transposed convolution, meeting the
 * encoder's features on the way and the colour at the end. The transposed kernel is 4×4: a multiple of its stride
 * covers every output pixel equally often (Odena, Dumoulin and Olah, "Deconvolution and Checkerboard Artifacts", 2016).
 *
 * Parameter names: torchvision's ResNet-50 below `encoder`, then `aspp` and `decoder`, in which `.0` is a convolution
 * and `.1` its batch norm.
 *
 * @param input - (N, 4, H, W): R′G′B′ 0..1, trimap 0 / 0.5 / 1; H and W multiples of 32
 * @returns `raw`: logits; `alpha`: 0..1, known pixels not put in; both (N, 1, H, W)
 */
export function alphaganGenerator<T>(
  ops: Ops<T>,
  weights: WeightScope<T>,
  input: T,
  { width }: AlphaganOptions,
): { raw: T; alpha: T } {
  const colour = normalisedColour(ops, input);
  const seen = ops.concat([colour, ops.channels(input, 3, 1)]);
  const encoder = resnet50(ops, weights.at('encoder'), seen, { inputs: 4, width });
  const context = aspp(ops, weights.at('aspp'), encoder.layer4, {
    inputs: LAYER4_WIDTH * width,
    outputs: 4 * width,
  });

  const decoder = weights.at('decoder');
  const layer = (name: string, x: T, inputs: number, outputs: number, kernel: number): T =>
    normedConvolution(ops, decoder.at(name), ['0', '1'], x, { inputs, outputs, kernel, activation: 'relu' });
  const narrow = Math.ceil(width / 2);

  const skip4 = layer('skip4', encoder.layer1, LAYER1_WIDTH * width, width, 1);
  const joined4 = ops.concat([ops.resizeLike(context, skip4), skip4]);
  const fine4 = layer('conv4a', joined4, 5 * width, 4 * width, 3);
  const finer4 = layer('conv4c', layer('conv4b', fine4, 4 * width, 2 * width, 3), 2 * width, width, 3);

  const skip2 = layer('skip2', encoder.stem, width, narrow, 1);
  const joined2 = ops.concat([ops.unpool(finer4, encoder.pooled.indices), skip2]);
  const up = decoder.at('up');
  const filter = up.at('0').get('weight', [width + narrow, width, 4, 4]);
  const full = ops.transposedConv(joined2, filter, undefined, {
    ...{ stride: 2, padding: 1 },
    norm: batchNorm(up.at('1'), width),
    activation: 'relu',
  });

  const last = layer('conv1', ops.concat([full, colour]), width + 3, narrow, 3);
  const raw = convolution(ops, decoder, 'alpha', last, { inputs: narrow, outputs: 1, kernel: 3 });
  return { raw, alpha: ops.sigmoid(raw) };
}

/**
 * Context of a tile, pixels. The image pooling sees the whole input, so that no margin makes a tile equal to the whole
 * frame; this one covers the widest branch of the pyramid, 18 samples of 8 pixels, by most of it.
 */
const MARGIN = 128;

/**
 * The model `alphagan`, of one stage. Option `width`: 64 unless told.
 *
 * @throws `WEIGHTS_CORRUPT` for an option it does not know or a value out of range
 */
export function alphaganModel(options: ModelOptions): NetworkModel {
  const read = new OptionReader('alphagan', options);
  const settings = { width: read.count('width', 64) };
  // 2 asks for every stage there is, which is one.
  read.oneOf('stages', [1, 2]);
  read.done();
  return {
    name: 'alphagan',
    readsPrior: false,
    multiple: 32,
    stages: ['stage1'],
    channels: { stage1: 4, stage2: 0 },
    outputs: { stage1: 1, stage2: 0 },
    margins: { stage1: MARGIN, stage2: 0 },
    carry: 'alpha',
    build: (_, ops, weights, input) => {
      const { alpha } = alphaganGenerator(ops, weights, input, settings);
      return putInKnown(ops, alpha, ops.channels(input, 3, 1));
    },
  };
}
