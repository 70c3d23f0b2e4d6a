import * as tf from '@tensorflow/tfjs-core';
import { fusedConv, type Padding } from './fused-conv.js';

/** Sizes of one transposed convolution, as `TransposedConvOptions` says. */
interface TransposedConvShape {
  readonly padding: number;
  readonly stride: number;
  readonly extra: number;
}

/**
 * A transposed convolution as ordinary ones, which tfjs on WebAssembly computes ten times as fast
 * (its own `conv2dTranspose` has no fast kernel there).
 *
 * Output sample q (before the padding is cut off) gets `Σ w[t] · x[i]` over `q = s·i + t`. Let q = s·m + r: only the
 * taps t = s·j + r are met, and the sum is `Σ_j w[s·j + r] · x[m − j]`, for each phase r an ordinary convolution of x
 * with every s-th tap, reversed. The phases of a row are computed together, as so many more output channels, and read
 * as neighbours; then the phases of columns are laid between one another.
 *
 * @param x - (N, H, W, inputs)
 * @param filter - (rows, columns, outputs, inputs)
 * @param bias - (outputs)
 * @param activation - applied to the result
 */
export function transposedConv(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D | undefined,
  { padding, stride, extra }: TransposedConvShape,
  activation: 'relu' | undefined,
): tf.Tensor4D {
  const [n, height, width] = x.shape;
  const [rows, columns, outputs, inputs] = filter.shape;
  const tapsDown = Math.ceil(rows / stride);
  const tapsAlong = Math.ceil(columns / stride);
  const outHeight = stride * (height - 1) - 2 * padding + rows + extra;
  const outWidth = stride * (width - 1) - 2 * padding + columns + extra;
  // Samples of each phase that are needed; more zeros at the end where `extra` looks past the last one.
  const down = Math.max(Math.ceil((outHeight + padding) / stride), height);
  const along = Math.max(Math.ceil((outWidth + padding) / stride), width);
  const pad = [
    [0, 0],
    [tapsDown - 1, down - height],
    [tapsAlong - 1, along - width],
    [0, 0],
  ] as Padding;

  const whole = tf.pad(filter, [
    [0, stride * tapsDown - rows],
    [0, stride * tapsAlong - columns],
    [0, 0],
    [0, 0],
  ]);
  const byRowPhase = tf.reshape(whole, [tapsDown, stride, stride * tapsAlong, outputs * inputs]);
  const repeated = bias && tf.concat(new Array<tf.Tensor1D>(stride).fill(bias));
  const lines = Array.from({ length: stride }, (_, phase) => {
    const taps = tf.slice(byRowPhase, [0, phase, 0, 0], [-1, 1, -1, -1]);
    const split = tf.reshape(taps, [tapsDown, tapsAlong, stride * outputs, inputs]);
    const phaseFilter = tf.transpose(tf.reverse(split, [0, 1]), [0, 1, 3, 2]);
    const y = fusedConv(x, phaseFilter, repeated, { pad, ...(activation && { activation }) });
    return tf.reshape(y, [n * down, 1, along, stride * outputs]);
  });
  const everything = tf.reshape(tf.concat(lines, 1), [n, stride * down, stride * along, outputs]);
  return tf.slice(everything, [0, padding, padding, 0], [n, outHeight, outWidth, outputs]) as tf.Tensor4D;
}
