import type { Ops, PoolIndices, WeightScope } from '../ops.js';
import { IMAGENET_MEAN, normalisedColour } from './imagenet.js';
import { convolution, unit } from './layers.js';
import { putInKnown } from './known-pixels.js';
import type { ModelOptions, NetworkModel } from './model.js';
import { OptionReader } from './option-reader.js';

/** Convolutions in each of VGG-16's five blocks (Simonyan and Zisserman, ICLR 2015). */
const BLOCK_DEPTHS = [2, 2, 3, 3, 3] as const;

/** What tells one published variant of Deep Image Matting from another. */
export interface DimOptions {
  readonly stages: 1 | 2;
  /** Kernel of the convolution at the bottom: 1 (common checkpoints), 3, or 7 (the paper's fc6). */
  readonly conv6: 1 | 3 | 7;
  /** How a raw result becomes alpha: the paper clips it, the public checkpoints pass it through a sigmoid. */
  readonly convention: 'sigmoid' | 'clip';
  /** What stage 2 sees: normalised colour and alpha 0..1 (`unit`), or both on 0..255 less the colours' mean (`bytes`, the paper). */
  readonly refinerInput: 'unit' | 'bytes';
  /** The encoder's features added after each unpooling, as one later variant does. */
  readonly skips: boolean;
  /** Channels of the encoder's blocks 1 to 5, then of conv6. The decoder mirrors the blocks. */
  readonly widths: readonly number[];
  /** Channels inside stage 2. */
  readonly refineWidth: number;
}

const WIDTHS = [64, 128, 256, 512, 512, 512];

function readOptions(options: ModelOptions): DimOptions {
  const read = new OptionReader('dim', options);
  const result: DimOptions = {
    stages: read.oneOf('stages', [2, 1]),
    conv6: read.oneOf('conv6', [1, 3, 7]),
    convention: read.oneOf('convention', ['sigmoid', 'clip']),
    refinerInput: read.oneOf('refinerInput', ['unit', 'bytes']),
    skips: read.oneOf('skips', [false, true]),
    widths: read.counts('widths', WIDTHS),
    refineWidth: read.count('refineWidth', 64),
  };
  read.done();
  return result;
}

function activated<T>(ops: Ops<T>, raw: T, convention: DimOptions['convention']): T {
  return convention === 'sigmoid' ? ops.sigmoid(raw) : ops.clip(raw, 0, 1);
}

/**
 * Stage 1 of Deep Image Matting (Xu, Price, Cohen and Huang, CVPR 2017, §4.1): VGG-16's convolutions with a fourth
 * input channel, and a smaller decoder that unpools with the encoder's indices (Badrinarayanan et al., SegNet, 2015).
 * Parameter names are those of the public checkpoints: `backbone.encoder.layer1.0.weight` and on.
 *
 * @param input - (N, 4, H, W): R′G′B′ 0..1, trimap 0 / 0.5 / 1; H and W multiples of 32
 * @returns `raw`: logits, or alpha unbounded; `alpha`: 0..1 as the network has it, known pixels not put in
 */
export function dimStage1<T>(
  ops: Ops<T>,
  weights: WeightScope<T>,
  input: T,
  options: DimOptions,
): { raw: T; alpha: T } {
  const encoder = weights.at('backbone.encoder');
  const decoder = weights.at('backbone.decoder');
  const { widths } = options;
  const bottomWidth = widths[4]!;
  const levels: { features: T; indices: PoolIndices<T>; width: number }[] = [];

  let x = ops.concat([normalisedColour(ops, input), ops.channels(input, 3, 1)]);
  let inputs = 4;
  for (const [block, depth] of BLOCK_DEPTHS.entries()) {
    const width = widths[block]!;
    const layers = encoder.at(`layer${block + 1}`);
    for (let i = 0; i < depth; i++) {
      // Odd places in the checkpoints' numbering are the ReLUs, which have no parameters.
      x = unit(ops, layers, `${2 * i}`, x, { inputs, outputs: width, kernel: 3 });
      inputs = width;
    }
    const { values, indices } = ops.maxPool(x);
    levels.push({ features: x, indices, width });
    x = values;
  }
  x = unit(ops, encoder, 'conv6', x, { inputs, outputs: widths[5]!, kernel: options.conv6 });
  x = unit(ops, decoder, 'deconv6_1', x, { inputs: widths[5]!, outputs: bottomWidth, kernel: 1 });
  for (const [level, { features, indices, width }] of [...levels.entries()].reverse()) {
    const unpooled = ops.unpool(x, indices);
    x = options.skips ? ops.add(unpooled, features) : unpooled;
    const outputs = levels[level - 1]?.width ?? width;
    x = unit(ops, decoder, `deconv${level + 1}_1`, x, { inputs: width, outputs, kernel: 5 });
  }
  const raw = convolution(ops, decoder, 'deconv1', x, { inputs: widths[0]!, outputs: 1, kernel: 5 });
  return { raw, alpha: activated(ops, raw, options.convention) };
}

/**
 * Stage 2 (§4.2 of the paper): four convolutions over colour and alpha, whose result is added to stage 1's raw one.
 *
 * @param input - (N, 5, H, W): R′G′B′ 0..1, trimap, carry (logits for `sigmoid`, alpha 0..1 for `clip`)
 * @returns `raw`: carry + correction; `alpha`: 0..1, known pixels not put in; both (N, 1, H, W)
 */
export function dimStage2<T>(
  ops: Ops<T>,
  weights: WeightScope<T>,
  input: T,
  options: DimOptions,
): { raw: T; alpha: T } {
  const refiner = weights.at('refiner');
  const carry = ops.channels(input, 4, 1);
  const coarse = activated(ops, carry, options.convention);
  const seen =
    options.refinerInput === 'unit'
      ? [normalisedColour(ops, input), coarse]
      : [
          ops.affine(
            ops.channels(input, 0, 3),
            255,
            IMAGENET_MEAN.map((mean) => -255 * mean),
          ),
          ops.affine(coarse, 255, 0),
        ];
  const layer = (name: string, x: T, inputs: number): T =>
    unit(ops, refiner, name, x, { inputs, outputs: options.refineWidth, kernel: 3 });
  const first = layer('refine_conv1', ops.concat(seen), 4);
  const third = layer('refine_conv3', layer('refine_conv2', first, options.refineWidth), options.refineWidth);
  const shape = { inputs: options.refineWidth, outputs: 1, kernel: 3 };
  const raw = ops.add(carry, convolution(ops, refiner, 'refine_pred', third, shape));
  return { raw, alpha: activated(ops, raw, options.convention) };
}

/** Context of a stage 1 tile, pixels: nearly half the receptive radius, which is 185 with a 1×1 conv6. */
const STAGE1_MARGIN = 80;

/**
 * The model `dim`. Its options are those of `DimOptions`; all have defaults, which fit the best-known checkpoints.
 *
 * @throws `WEIGHTS_CORRUPT` for an option it does not know or a value out of range
 */
export function dimModel(options: ModelOptions): NetworkModel {
  const settings = readOptions(options);
  const twoStages = settings.stages === 2;
  const carry = twoStages && settings.convention === 'sigmoid' ? 'logit' : 'alpha';
  return {
    name: 'dim',
    readsPrior: false,
    multiple: 32,
    stages: twoStages ? ['stage1', 'stage2'] : ['stage1'],
    channels: { stage1: 4, stage2: 5 },
    outputs: { stage1: 1, stage2: 1 },
    margins: { stage1: STAGE1_MARGIN, stage2: 4 },
    carry,
    build: (stage, ops, weights, input) => {
      const run = stage === 'stage1' ? dimStage1 : dimStage2;
      const { raw, alpha } = run(ops, weights, input, settings);
      if (stage === 'stage1' && carry === 'logit') return raw;
      return putInKnown(ops, alpha, ops.channels(input, 3, 1));
    },
  };
}
