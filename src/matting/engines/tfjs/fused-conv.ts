import * as tf from '@tensorflow/tfjs-core';

/** Rows before and after, then columns before and after, as tfjs wants the zeros round a picture. */
export type Padding = tf.backend_util.ExplicitPadding;

/** The same number of zeros at all four edges of (N, H, W, channels). */
export function evenPadding(padding: number): Padding {
  const edge: [number, number] = [padding, padding];
  return [[0, 0], edge, edge, [0, 0]];
}

/** How a fused convolution runs. */
export interface FusedConvOptions {
  readonly pad: Padding;
  readonly stride?: number;
  readonly dilation?: number;
  readonly activation?: 'relu';
}

/**
 * Convolution, bias and ReLU in one pass over the result, while gradients are taken too: `tf.fused.conv2d` takes itself
 * apart then, or calls kernels that WebAssembly lacks. Here the kernel is run as one step, whose gradient
 * `registerTrainingGradients` installs.
 *
 * @param x - (N, H, W, inputs)
 * @param filter - (rows, columns, inputs, outputs)
 * @param bias - (outputs)
 */
export function fusedConv(
  x: tf.Tensor,
  filter: tf.Tensor,
  bias: tf.Tensor | undefined,
  { pad, stride = 1, dilation = 1, activation }: FusedConvOptions,
): tf.Tensor4D {
  const attributes: tf.FusedConv2DAttrs = {
    strides: [stride, stride],
    pad,
    dataFormat: 'NHWC',
    dilations: [dilation, dilation],
    // As `tf.fused.conv2d` says "none" to its kernels.
    dimRoundingMode: undefined as unknown as 'floor',
    activation: activation ?? 'linear',
  };
  return tf
    .engine()
    .runKernel(
      tf.FusedConv2D,
      { x, filter, ...(bias && { bias }) },
      attributes as unknown as tf.NamedAttrMap,
    ) as tf.Tensor4D;
}
