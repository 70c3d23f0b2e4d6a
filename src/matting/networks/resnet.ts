import type { Ops, Pooled, WeightScope } from '../ops.js';
import { normedConvolution } from './layers.js';

/** Blocks in each of ResNet-50's four layers, and by how much the last convolution of a block widens it. */
const DEPTHS = [3, 4, 6, 3] as const;
const EXPANSION = 4;

/** What a decoder needs of the encoder. */
export interface ResnetFeatures<T> {
  /** The stem, (N, width, H/2, W/2). */
  readonly stem: T;
  /** How the stem was pooled to a quarter. */
  readonly pooled: Pooled<T>;
  /** The first layer, (N, 4 · width, H/4, W/4). */
  readonly layer1: T;
  /** The fourth layer, (N, 32 · width, H/8, W/8). */
  readonly layer4: T;
}

/** Channels of `layer1` and `layer4` for one channel of the stem's. */
export const LAYER1_WIDTH: number = EXPANSION;
export const LAYER4_WIDTH: number = 8 * EXPANSION;

/**
 * ResNet-50 (He, Zhang, Ren and Sun, CVPR 2016) at an eighth of the input: layers 3 and 4 are dilated by 2 and 4
 * instead of strided (Yu, Koltun and Funkhouser, "Dilated Residual Networks", CVPR 2017). Parameter names are
 * torchvision's, whose trained weights fit: the block that would have been strided keeps the dilation of the layer
 * before it, so at every second sample the features are those of the strided network.
 *
 * The stem is pooled in windows of 2×2, where the original has 3×3 windows two apart: these overlap, so that a value
 * could be the maximum of several, and unpooling would have no one place for it. No parameter depends on it.
 *
 * @param x - (N, inputs, H, W), H and W multiples of 8
 * @param width - channels of the stem; 64 in ResNet-50
 */
export function resnet50<T>(
  ops: Ops<T>,
  weights: WeightScope<T>,
  x: T,
  { inputs, width }: { readonly inputs: number; readonly width: number },
): ResnetFeatures<T> {
  const stem = normedConvolution(ops, weights, ['conv1', 'bn1'], x, {
    ...{ inputs, outputs: width, kernel: 7, stride: 2 },
    activation: 'relu',
  });
  const pooled = ops.maxPool(stem);
  const layer = (name: string, from: T, shape: Omit<LayerShape, 'width'>): T =>
    residualLayer(ops, weights.at(name), from, { ...shape, width });
  const layer1 = layer('layer1', pooled.values, { index: 0, stride: 1, first: 1, dilation: 1 });
  const layer2 = layer('layer2', layer1, { index: 1, stride: 2, first: 1, dilation: 1 });
  const layer3 = layer('layer3', layer2, { index: 2, stride: 1, first: 1, dilation: 2 });
  const layer4 = layer('layer4', layer3, { index: 3, stride: 1, first: 2, dilation: 4 });
  return { stem, pooled, layer1, layer4 };
}

interface LayerShape {
  /** From 0. */
  readonly index: number;
  readonly width: number;
  /** Of the first block. */
  readonly stride: number;
  /** Dilation of the first block, and of the others. */
  readonly first: number;
  readonly dilation: number;
}

function residualLayer<T>(ops: Ops<T>, weights: WeightScope<T>, x: T, shape: LayerShape): T {
  const { index, width, stride, first, dilation } = shape;
  const planes = width * 2 ** index;
  const outputs = EXPANSION * planes;
  let inputs = index === 0 ? width : outputs / 2;
  let y = x;
  for (let i = 0; i < DEPTHS[index]!; i++) {
    const block = weights.at(`${i}`);
    y = bottleneck(ops, block, y, {
      ...{ inputs, planes },
      stride: i === 0 ? stride : 1,
      dilation: i === 0 ? first : dilation,
    });
    inputs = outputs;
  }
  return y;
}

interface BlockShape {
  readonly inputs: number;
  readonly planes: number;
  readonly stride: number;
  readonly dilation: number;
}

/** 1×1, 3×3, 1×1, added to what came in; to a projection of it where the widths or the sizes differ. */
function bottleneck<T>(ops: Ops<T>, weights: WeightScope<T>, x: T, shape: BlockShape): T {
  const { inputs, planes, stride, dilation } = shape;
  const outputs = EXPANSION * planes;
  const narrow = normedConvolution(ops, weights, ['conv1', 'bn1'], x, {
    ...{ inputs, outputs: planes, kernel: 1 },
    activation: 'relu',
  });
  const spread = normedConvolution(ops, weights, ['conv2', 'bn2'], narrow, {
    ...{ inputs: planes, outputs: planes, kernel: 3, stride, dilation },
    activation: 'relu',
  });
  const wide = normedConvolution(ops, weights, ['conv3', 'bn3'], spread, {
    ...{ inputs: planes, outputs, kernel: 1 },
  });
  const same = inputs === outputs && stride === 1;
  const shortcut = same
    ? x
    : normedConvolution(ops, weights.at('downsample'), ['0', '1'], x, { inputs, outputs, kernel: 1, stride });
  return ops.relu(ops.add(wide, shortcut));
}
