import * as tf from '@tensorflow/tfjs-core';
import type { KernelGradient } from './gradient.js';

/** Sums of each channel over everything else: (…, channels) → (channels). */
export function channelSums(dy: tf.Tensor): tf.Tensor1D {
  const channels = dy.shape.at(-1)!;
  const pixels = dy.size / channels;
  // As a product with a row of ones: `tf.sum` transposes first on WebAssembly, which takes ten times as long.
  return tf.tidy(() =>
    tf.reshape(tf.matMul(tf.ones([1, pixels]), tf.reshape(dy, [pixels, channels])), [channels]),
  );
}

/** Undoes a broadcast: sums over the axes along which a value of `shape` was repeated. */
function unrepeated(dy: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, dy.shape);
  if (axes.length === 0) return dy;
  const channels = dy.shape.at(-1)!;
  const onlyChannels = shape.at(-1) === channels && tf.util.sizeFromShape(shape) === channels;
  return tf.reshape(onlyChannels ? channelSums(dy) : tf.sum(dy, axes), shape);
}

/** Of a function of one value: `slope` from the input, or from the output where that is known already. */
function unary(
  kernel: string,
  reads: 'input' | 'output',
  slope: (value: tf.Tensor, attributes: Readonly<Record<string, unknown>>) => tf.Tensor,
): KernelGradient {
  return {
    kernel,
    ...(reads === 'input' ? { inputs: ['x'] } : { output: true }),
    by: (dy, [value], attributes) => ({ x: () => tf.mul(dy, slope(value!, attributes)) }),
  };
}

/** Of a function of two values, either of which may have been repeated. */
function binary(
  kernel: string,
  by: (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => { a: () => tf.Tensor; b: () => tf.Tensor },
): KernelGradient {
  return {
    kernel,
    inputs: ['a', 'b'],
    by(dy, [a, b]) {
      const gradients = by(dy, a!, b!);
      return {
        a: () => unrepeated(gradients.a(), a!.shape),
        b: () => unrepeated(gradients.b(), b!.shape),
      };
    },
  };
}

/** Of `tf.maximum`, and with the sign turned of `tf.minimum`: of equal values the first takes all. */
function extremum(kernel: string, sign: 1 | -1): KernelGradient {
  return binary(kernel, (dy, a, b) => {
    const second = (): tf.Tensor => tf.step(tf.mul(tf.sub(b, a), sign));
    return { a: () => tf.sub(dy, tf.mul(dy, second())), b: () => tf.mul(dy, second()) };
  });
}

/** 1 where a value lies outside min..max, 0 at the ends and between. */
function outside(x: tf.Tensor, min: number, max: number): tf.Tensor {
  return tf.add(tf.step(tf.sub(min, x)), tf.step(tf.sub(x, max)));
}

/**
 * Gradients of what is computed sample by sample. Comparisons are written with `tf.step`: those of tfjs, and
 * `tf.where`, take ten times as long on WebAssembly.
 */
export const ELEMENTWISE_GRADIENTS: readonly KernelGradient[] = [
  unary(tf.Abs, 'input', (x) => tf.sign(x)),
  unary(tf.Exp, 'output', (y) => y),
  unary(tf.Log, 'input', (x) => tf.reciprocal(x)),
  unary(tf.Neg, 'output', () => tf.scalar(-1)),
  unary(tf.Sqrt, 'output', (y) => tf.div(0.5, y)),
  unary(tf.Rsqrt, 'output', (y) => tf.mul(tf.mul(tf.square(y), y), -0.5)),
  unary(tf.Square, 'input', (x) => tf.mul(x, 2)),
  unary(tf.Relu, 'output', (y) => tf.step(y)),
  unary(tf.LeakyRelu, 'input', (x, { alpha }) => tf.step(x, alpha as number)),
  unary(tf.Sigmoid, 'output', (y) => tf.mul(y, tf.sub(1, y))),
  unary(tf.Softplus, 'input', (x) => tf.sigmoid(x)),
  {
    kernel: tf.ClipByValue,
    inputs: ['x'],
    by: (dy, [x], { clipValueMin, clipValueMax }) => ({
      x: () => tf.sub(dy, tf.mul(dy, outside(x!, clipValueMin as number, clipValueMax as number))),
    }),
  },
  // tfjs disposes of a gradient once it has added another to it, so that no two may be one tensor.
  binary(tf.Add, (dy) => ({ a: () => tf.clone(dy), b: () => tf.clone(dy) })),
  binary(tf.Sub, (dy) => ({ a: () => tf.clone(dy), b: () => tf.neg(dy) })),
  binary(tf.Multiply, (dy, a, b) => ({ a: () => tf.mul(dy, b), b: () => tf.mul(dy, a) })),
  binary(tf.RealDiv, (dy, a, b) => ({
    a: () => tf.div(dy, b),
    b: () => tf.neg(tf.div(tf.mul(dy, a), tf.square(b))),
  })),
  extremum(tf.Maximum, 1),
  extremum(tf.Minimum, -1),
  {
    kernel: tf.Softmax,
    output: true,
    by: (dy, [y]) => ({
      logits: () => {
        const weighted = tf.mul(dy, y!);
        return tf.sub(weighted, tf.mul(tf.sum(weighted, -1, true), y!));
      },
    }),
  },
];
