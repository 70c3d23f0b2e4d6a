import * as tf from '@tensorflow/tfjs-core';
import type { Padding } from './fused-conv.js';
import { transposedConv } from './transposed-conv.js';

/** How one convolution ran; no stride together with a dilation. */
export interface ConvGeometry {
  readonly pad: Padding;
  readonly stride: number;
  readonly dilation: number;
}

/**
 * The gradient of a convolution by its input, with nothing but convolutions: tfjs's own kernel for it is ten times as
 * slow on WebAssembly, and it knows no dilation.
 *
 * With z = Σ_t w[t] · x[s·i + d·t − p], ∂x[q] = Σ w[t] · ∂z[i] over q = s·i + d·t − p. At stride 1 that is ∂z
 * convolved with the taps in reverse, inputs and outputs swapped, under p′ = d·(k − 1) − p zeros; at other strides a
 * transposed convolution, by phases, for which the padding has to be the same at all edges.
 *
 * @param dy - (N, rows, columns, outputs)
 * @param filter - (k, l, inputs, outputs)
 * @param size - height and width of the input
 * @returns (N, height, width, inputs)
 */
export function convInputGradient(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  [height, width]: readonly [number, number],
  { pad, stride, dilation }: ConvGeometry,
): tf.Tensor4D {
  const [tall, wide] = filter.shape;
  const [, [top, bottom], [left, right]] = pad;
  if (stride === 1) {
    const [down, along] = [dilation * (tall - 1), dilation * (wide - 1)];
    const beyond: Padding = [
      [0, 0],
      [down - top, down - bottom],
      [along - left, along - right],
      [0, 0],
    ];
    return tf.conv2d(dy, turned(filter), 1, beyond, 'NHWC', dilation);
  }
  if (new Set([top, bottom, left, right]).size > 1) {
    throw new Error('a strided convolution has a gradient only if it is padded alike at all edges');
  }
  const [n, rows, columns] = dy.shape;
  // Pixels behind the last that the convolution looked at.
  const missed = [
    [height, rows, tall],
    [width, columns, wide],
  ].map(([size, samples, taps]) => size! + 2 * top - taps! - stride * (samples! - 1)) as [number, number];
  const shape = { padding: top, stride, extra: Math.max(...missed) };
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
 * @param kernel - height and width of the filter
 * @returns (rows of the kernel, its columns, inputs, outputs)
 */
export function convFilterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  kernel: readonly [number, number],
  geometry: ConvGeometry,
): tf.Tensor4D {
  const { pad, stride } = geometry;
  return tf.tidy(() => {
    if (Math.max(...kernel, stride) === 1 && pad.flat().every((zeros) => zeros === 0))
      return pointFilterGradient(x, dy);
    return stride === 1
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
  [tall, wide]: readonly [number, number],
  { pad, stride, dilation }: ConvGeometry,
): tf.Tensor4D {
  const pictures = tf.transpose(x, [3, 1, 2, 0]);
  const filter = tf.transpose(dy, [1, 2, 0, 3]);
  const sums = tf.conv2d(pictures, filter, dilation, pad, 'NHWC', stride);
  // Where the stride left pixels over, there is room for taps that the filter does not have.
  const [inputs, rows, columns, outputs] = sums.shape;
  const taps =
    rows === tall && columns === wide ? sums : tf.slice(sums, [0, 0, 0, 0], [inputs, tall, wide, outputs]);
  return tf.transpose(taps, [1, 2, 0, 3]);
}

/** Pixels that are summed over at a time: more, and they no longer stay in the processor's cache. */
const BLOCK = 2048;

/**
 * At stride 1: a row of pixels is what the channels are, so that the sums run over neighbours in memory. The filter is
 * ∂z again, each of its taps a row; the picture's columns are the input channels, once for each column of taps and
 * moved by it. Takes two thirds of the other's time, and blocks of rows make shorter sums, which lose fewer digits.
 */
function filterGradientByRows(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  [tapsDown, tapsAlong]: readonly [number, number],
  { pad, dilation }: ConvGeometry,
): tf.Tensor4D {
  const [n, , , inputs] = x.shape;
  const [, rows, columns, outputs] = dy.shape;
  const padded = pad.flat().some((zeros) => zeros > 0) ? tf.pad(x, pad) : x;
  const [, tall, wide] = padded.shape;
  const pixels = tf.reshape(padded, [n * tall, wide, inputs]);
  // Rows of zeros below each picture's ∂z, so that its taps meet no rows of the next.
  const below: Padding = [
    [0, 0],
    [0, tall - rows],
    [0, 0],
    [0, 0],
  ];
  const filter = tf.reshape(n > 1 ? tf.pad(dy, below) : dy, [-1, 1, columns, outputs]);
  const reach = dilation * (tapsDown - 1);
  const filterRows = n * tall - reach;
  const block = Math.ceil(BLOCK / columns);
  const sums: tf.Tensor[] = [];
  for (let first = 0; first < filterRows; first += block) {
    const count = Math.min(block, filterRows - first);
    const part = tf.tidy(() => {
      const under = tf.slice(pixels, [first, 0, 0], [count + reach, wide, inputs]);
      const across = tf.transpose(under, [0, 2, 1]);
      const moved = Array.from({ length: tapsAlong }, (_, k) =>
        tf.slice(across, [0, 0, k * dilation], [-1, -1, columns]),
      );
      const lines = tf.reshape(tf.concat(moved, 1), [1, count + reach, tapsAlong * inputs, columns]);
      const taps = tf.slice(filter, [first, 0, 0, 0], [count, 1, columns, outputs]);
      return tf.conv2d(lines as tf.Tensor4D, taps as tf.Tensor4D, [dilation, 1], 'valid');
    });
    sums.push(part);
  }
  return tf.reshape(tf.addN(sums), [tapsDown, tapsAlong, inputs, outputs]);
}
