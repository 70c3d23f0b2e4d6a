import type { Ops, WeightScope } from '../ops.js';
import { convolution, unit } from './layers.js';
import { putInKnown } from './known-pixels.js';
import type { ModelOptions, NetworkModel } from './model.js';
import { OptionReader } from './option-reader.js';
import { UNET_OUTPUTS, unetFeatures } from './unet.js';

const REFINE_WIDTH = 24;

/**
 * Stage 1 of `compact`: a small U-Net that predicts a correction to a prior alpha.
 * Giving a network an older method's result to correct follows Cho, Tai and Kweon, "Natural Image Matting using Deep
 * Convolutional Neural Networks", ECCV 2016.
 *
 * @param input - (N, 5, H, W): R′G′B′ 0..1, trimap 0 / 0.5 / 1, prior 0..1; H and W multiples of 32
 * @returns `raw`: prior + correction, unbounded; `alpha`: 0..1 with known pixels put in; both (N, 1, H, W)
 */
export function compactStage1<T>(ops: Ops<T>, weights: WeightScope<T>, input: T): { raw: T; alpha: T } {
  const features = unetFeatures(ops, input, 5, (name, x, inputs, outputs, dilation) =>
    unit(ops, weights, name, x, { inputs, outputs, kernel: 3, dilation }),
  );
  const shape = { inputs: UNET_OUTPUTS, outputs: 1, kernel: 3 };
  const correction = convolution(ops, weights, 'alpha', features, shape);
  const raw = ops.add(ops.channels(input, 4, 1), correction);
  return { raw, alpha: putInKnown(ops, raw, ops.channels(input, 3, 1)) };
}

/**
 * Stage 2 of `compact`: four convolutions over colour and alpha, whose result is added to the alpha
 * (Xu et al., "Deep Image Matting", CVPR 2017, §4.2).
 *
 * @param input - (N, 5, H, W): R′G′B′ 0..1, trimap 0 / 0.5 / 1, stage 1's alpha 0..1
 * @returns `raw`: alpha + correction, unbounded; `alpha`: 0..1 with known pixels put in; both (N, 1, H, W)
 */
export function compactStage2<T>(ops: Ops<T>, weights: WeightScope<T>, input: T): { raw: T; alpha: T } {
  const coarse = ops.channels(input, 4, 1);
  const layer = (name: string, x: T, inputs: number): T =>
    unit(ops, weights, name, x, { inputs, outputs: REFINE_WIDTH, kernel: 3 });
  const c1 = layer('c1', ops.concat([ops.channels(input, 0, 3), coarse]), 4);
  const c3 = layer('c3', layer('c2', c1, REFINE_WIDTH), REFINE_WIDTH);
  const correction = convolution(ops, weights, 'out', c3, { inputs: REFINE_WIDTH, outputs: 1, kernel: 3 });
  const raw = ops.add(coarse, correction);
  return { raw, alpha: putInKnown(ops, raw, ops.channels(input, 3, 1)) };
}

/**
 * Context of a stage 1 tile, pixels. The receptive radius is about 250, but less context is not less accurate: the
 * network was trained on small crops. What a margin buys is agreement with the whole frame's alpha and so between
 * neighbouring tiles: over the unknown pixels of four photographs their mean difference is at most 0.018 at 48, 0.011 at
 * 64, 0.003 at 80, 0.001 at 96.
 */
const STAGE1_MARGIN = 80;

/**
 * The model `compact`. Option `stages`: 2 (default) or 1.
 *
 * @throws `WEIGHTS_CORRUPT` for an option it does not know
 */
export function compactModel(options: ModelOptions): NetworkModel {
  const read = new OptionReader('compact', options);
  const stages = read.oneOf('stages', [2, 1]);
  read.done();
  return {
    name: 'compact',
    readsPrior: true,
    multiple: 32,
    stages: stages === 2 ? ['stage1', 'stage2'] : ['stage1'],
    channels: { stage1: 5, stage2: 5 },
    outputs: { stage1: 1, stage2: 1 },
    margins: { stage1: STAGE1_MARGIN, stage2: 4 },
    carry: 'alpha',
    build: (stage, ops, weights, input) =>
      stage === 'stage1'
        ? compactStage1(ops, weights.at('stage1'), input).alpha
        : compactStage2(ops, weights.at('stage2'), input).alpha,
  };
}
