import * as tf from '@tensorflow/tfjs-core';
import { convFilterGradient, convInputGradient, type ConvGeometry } from './conv-gradient.js';
import { channelSums } from './elementwise-gradients.js';
import type { Padding } from './fused-conv.js';
import type { InputGradients, KernelGradient } from './gradient.js';
import { resizeGradient } from './resize-gradient.js';

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
      tf.engine().runKernel(kernel, inputs, { ...shared, ...shape }) as tf.Tensor;
    return {
      x: () => run(tf.Conv2DBackpropInput, { dy: dz, filter }, { inputShape: x.shape }),
      filter: () => run(tf.Conv2DBackpropFilter, { x, dy: dz }, { filterShape: filter.shape }),
    };
  }
  const [, height, width] = x.shape;
  return {
    x: () => convInputGradient(dz, filter, [height, width], geometry),
    filter: () => convFilterGradient(x, dz, filter.shape[0], geometry),
  };
}

/** Rows and columns alike, as all networks here have it. */
function geometryOf(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  { strides, dilations, pad }: ConvAttributes,
): ConvGeometry {
  const info = tf.backend_util.computeConv2DInfo(x.shape, filter.shape, strides, dilations, pad);
  const { top, bottom, left, right } = info.padInfo;
  const paddings = new Set([top, bottom, left, right]);
  const square =
    paddings.size === 1 &&
    info.filterHeight === info.filterWidth &&
    info.strideHeight === info.strideWidth &&
    info.dilationHeight === info.dilationWidth;
  if (!square) throw new Error('there is no gradient of a convolution whose rows and columns differ');
  return { padding: top, stride: info.strideHeight, dilation: info.dilationHeight };
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
    by: (dy, [input, output], attributes) => ({
      x: () => {
        const { filterSize, strides, pad } = attributes;
        return tf.engine().runKernel(tf.MaxPoolGrad, { dy, input: input!, output: output! }, {
          filterSize,
          strides,
          pad,
        } as tf.NamedAttrMap);
      },
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
