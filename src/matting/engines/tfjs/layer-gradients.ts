import * as tf from '@tensorflow/tfjs-core';
import { convFilterGradient, convInputGradient, type ConvGeometry } from './conv-gradient.js';
import { channelSums } from './elementwise-gradients.js';
import type { Padding } from './fused-conv.js';
import type { InputGradients, KernelGradient } from './gradient.js';
import { resizeGradient } from './resize-gradient.js';
import { unpool } from './unpool.js';

/** What tfjs knows of a convolution, as far as it is read here. */
interface ConvAttributes {
  readonly strides: number | [number, number];
  readonly dilations: number | [number, number];
  readonly pad: Padding | 'valid' | 'same' | number;
}

/** Backends whose own kernels for both gradients are there and fast; WebAssembly's are not. */
const WITH_NATIVE_KERNELS: readonly string[] = ['cpu', 'webgpu', 'tensorflow'];

function convolutionGradients(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  dz: tf.Tensor4D,
  attributes: ConvAttributes,
): InputGradients {
  const geometry = geometryOf(x, filter, attributes);
  // Those kernels know no dilation.
  if (geometry.dilation === 1 && WITH_NATIVE_KERNELS.includes(tf.getBackend())) {
    const { strides, pad } = attributes;
    const shared = { strides, pad, dataFormat: 'NHWC' } as unknown as tf.NamedAttrMap;
    const run = (kernel: string, inputs: tf.NamedTensorMap, shape: object): tf.Tensor =>
      tf.engine().runKernel<tf.Tensor>(kernel, inputs, { ...shared, ...shape });
    return {
      x: () => run(tf.Conv2DBackpropInput, { dy: dz, filter }, { inputShape: x.shape }),
      filter: () => run(tf.Conv2DBackpropFilter, { x, dy: dz }, { filterShape: filter.shape }),
    };
  }
  const [, height, width] = x.shape;
  const [rows, columns] = filter.shape;
  return {
    x: () => convInputGradient(dz, filter, [height, width], geometry),
    filter: () => convFilterGradient(x, dz, [rows, columns], geometry),
  };
}

function geometryOf(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  { strides, dilations, pad }: ConvAttributes,
): ConvGeometry {
  const info = tf.backend_util.computeConv2DInfo(x.shape, filter.shape, strides, dilations, pad);
  const { top, bottom, left, right } = info.padInfo;
  if (info.strideHeight !== info.strideWidth || info.dilationHeight !== info.dilationWidth) {
    throw new Error('a convolution has a gradient only if its rows and columns are stepped alike');
  }
  return {
    pad: [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
    stride: info.strideHeight,
    dilation: info.dilationHeight,
  };
}

/** Gradients of what networks are built of. */
export const LAYER_GRADIENTS: readonly KernelGradient[] = [
  {
    kernel: tf.Conv2D,
    inputs: ['x', 'filter'],
    replacesBuiltIn: true,
    by: (dy, [x, filter], attributes) =>
      convolutionGradients(
        x as tf.Tensor4D,
        filter as tf.Tensor4D,
        dy as tf.Tensor4D,
        attributes as unknown as ConvAttributes,
      ),
  },
  {
    kernel: tf.FusedConv2D,
    inputs: ['x', 'filter'],
    output: true,
    replacesBuiltIn: true,
    by(dy, [x, filter, y], attributes) {
      const dz = attributes.activation === 'relu' ? tf.mul(dy, tf.step(y!)) : dy;
      return {
        ...convolutionGradients(
          x as tf.Tensor4D,
          filter as tf.Tensor4D,
          dz as tf.Tensor4D,
          attributes as unknown as ConvAttributes,
        ),
        bias: () => channelSums(dz),
      };
    },
  },
  {
    kernel: tf.MaxPool,
    inputs: ['x'],
    output: true,
    replacesBuiltIn: true,
    by: (dy, [source, where], { filterSize, strides, pad }) => ({
      // Of equal maxima tfjs's kernel on WebGPU takes the last, those of the networks' unpooling the first.
      x: () =>
        tf.getBackend() === 'webgpu'
          ? unpool(dy, { source: source!, where: where! })
          : tf.engine().runKernel<tf.Tensor>(tf.MaxPoolGrad, { dy, input: source!, output: where! }, {
              filterSize,
              strides,
              pad,
            } as tf.NamedAttrMap),
    }),
  },
  {
    kernel: tf.ResizeBilinear,
    inputs: ['images'],
    replacesBuiltIn: true,
    by(dy, [images], { halfPixelCenters }) {
      if (halfPixelCenters !== true) throw new Error('a resize without half-pixel centres has no gradient');
      const [, height, width] = images!.shape as [number, number, number, number];
      return { images: () => resizeGradient(dy as tf.Tensor4D, [height, width]) };
    },
  },
];
