import * as tf from '@tensorflow/tfjs-core';
import { evenPadding } from './fused-conv.js';
import { transposedConv } from './transposed-conv.js';

/** Geometry of one convolution: rows and columns alike, no stride together with a dilation. */
export interface ConvGeometry {
  readonly padding: number;
  readonly stride: number;
  readonly dilation: number;
}

/**
 * The gradient of a convolution by its input, with nothing but convolutions: tfjs's own kernel for it is ten times as
 * slow on WebAssembly, and it knows no dilation.
 *
 * With z = Σ_t w[t] · x[s·i + d·t − p], ∂x[q] = Σ w[t] · ∂z[i] over q = s·i + d·t − p. At stride 1 that is ∂z
 * convolved with the taps in reverse, inputs and outputs swapped, under p′ = d·(k − 1) − p zeros; at other strides a
 * transposed convolution, by phases.
 *
 * @param dy - (N, rows, columns, outputs)
 * @param filter - (k, k, inputs, outputs)
 * @param size - height and width of the input
 * @returns (N, height, width, inputs)
 */
export function convInputGradient(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  [height, width]: readonly [number, number],
  { padding, stride, dilation }: ConvGeometry,
): tf.Tensor4D {
  const kernel = filter.shape[0];
  if (stride === 1) {
    return tf.conv2d(dy, turned(filter), 1, evenPadding(dilation * (kernel - 1) - padding), 'NHWC', dilation);
  }
  const [n, rows, columns] = dy.shape;
  // Pixels behind the last that the convolution looked at.
  const missed = [
    [height, rows],
    [width, columns],
  ].map(([size, samples]) => size! + 2 * padding - kernel - stride * (samples! - 1)) as [number, number];
  const shape = { padding, stride, extra: Math.max(...missed) };
  const dx = transposedConv(dy, filter, undefined, shape, undefined);
  return missed[0] === missed[1] ? dx : tf.slice(dx, [0, 0, 0, 0], [n, height, width, filter.shape[2]]);
}

/** Taps in reverse, inputs and outputs swapped. Reversing by a product is far faster than `tf.reverse` on WebAssembly. */
function turned(filter: tf.Tensor4D): tf.Tensor4D {
  const [rows, columns, inputs, outputs] = filter.shape;
  return tf.tidy(() => {
    const taps = rows * columns;
    const reversed =
      taps === 1
        ? filter
        : tf.matMul(tf.reverse(tf.eye(taps), 0), tf.reshape(filter, [taps, inputs * outputs]));
    const swapped = tf.transpose(tf.reshape(reversed, [taps, inputs, outputs]), [0, 2, 1]);
    return tf.reshape(swapped, [rows, columns, outputs, inputs]);
  });
}

/**
 * The gradient of a convolution by its filter, ∂w[t] = Σ ∂z[i] · x[s·i + d·t − p] over pixels i of all pictures, with
 * nothing but convolutions: WebAssembly has no kernel of tfjs for it.
 *
 * @param x - (N, H, W, inputs)
 * @param dy - (N, rows, columns, outputs)
 * @param kernel - width of the filter, k
 * @returns (k, k, inputs, outputs)
 */
export function convFilterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  kernel: number,
  geometry: ConvGeometry,
): tf.Tensor4D {
  const { padding, stride } = geometry;
  return tf.tidy(() => {
    if (kernel === 1 && stride === 1 && padding === 0) return pointFilterGradient(x, dy);
    return x.shape[0] === 1 && stride === 1
      ? filterGradientByRows(x, dy, kernel, geometry)
      : filterGradientByPictures(x, dy, kernel, geometry);
  });
}

/** Of a 1×1 filter: a product of matrices. */
function pointFilterGradient(x: tf.Tensor4D, dy: tf.Tensor4D): tf.Tensor4D {
  const [inputs, outputs] = [x.shape[3], dy.shape[3]];
  // Transposing first: WebAssembly's product of a matrix that it has to transpose is ten times as slow.
  const across = tf.transpose(tf.reshape(x, [-1, inputs]));
  return tf.reshape(tf.matMul(across, tf.reshape(dy, [-1, outputs])), [1, 1, inputs, outputs]);
}

/**
 * As one convolution whose filter is the whole of ∂z: input channels stand for pictures and pictures for input
 * channels, stride and dilation change places.
 */
function filterGradientByPictures(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  kernel: number,
  { padding, stride, dilation }: ConvGeometry,
): tf.Tensor4D {
  const pictures = tf.transpose(x, [3, 1, 2, 0]);
  const filter = tf.transpose(dy, [1, 2, 0, 3]);
  const sums = tf.conv2d(pictures, filter, dilation, evenPadding(padding), 'NHWC', stride);
  // Where the stride left pixels over, there is room for taps that the filter does not have.
  const [inputs, rows, columns, outputs] = sums.shape;
  const taps =
    rows === kernel && columns === kernel
      ? sums
      : tf.slice(sums, [0, 0, 0, 0], [inputs, kernel, kernel, outputs]);
  return tf.transpose(taps, [1, 2, 0, 3]);
}

/**
 * For one picture, at stride 1: the above would sum over one channel at a time, which takes two to three times as long.
 * Here a row of pixels is what the channels are, one convolution for each column of taps.
 */
function filterGradientByRows(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  kernel: number,
  { padding, dilation }: ConvGeometry,
): tf.Tensor4D {
  const [, height, width, inputs] = x.shape;
  const [, rows, columns, outputs] = dy.shape;
  const [tall, wide] = [height + 2 * padding, width + 2 * padding];
  const padded = padding === 0 ? x : tf.pad(x, evenPadding(padding));
  const across = tf.transpose(tf.reshape(padded, [tall * wide, inputs]));
  const lines = tf.reshape(across, [inputs, tall, 1, wide]) as tf.Tensor4D;
  const tapColumns = Array.from({ length: kernel }, (_, k) => {
    const before = k * dilation;
    const placed = tf.pad(dy, [
      [0, 0],
      [0, 0],
      [before, wide - columns - before],
      [0, 0],
    ]);
    const filter = tf.reshape(placed, [rows, 1, wide, outputs]) as tf.Tensor4D;
    return tf.conv2d(lines, filter, [dilation, 1], 'valid');
  });
  return tf.transpose(tf.concat(tapColumns, 2), [1, 2, 0, 3]);
}
