import * as tf from '@tensorflow/tfjs-core';
import type { KernelGradient } from './gradient.js';

/** The shape of a sum over some axes, with those kept as 1. */
function reducedShape(shape: readonly number[], axis: unknown): number[] {
  const axes = tf.util.parseAxisParam(axis as number | number[], [...shape]);
  return shape.map((length, i) => (axes.includes(i) ? 1 : length));
}

/** `dy` repeated over the axes that were summed. */
function repeated(dy: tf.Tensor, x: tf.Tensor, axis: unknown): tf.Tensor {
  return tf.add(tf.zerosLike(x), tf.reshape(dy, reducedShape(x.shape, axis)));
}

/** Gradients of what moves samples about, and of sums over axes. */
export const SHAPE_GRADIENTS: readonly KernelGradient[] = [
  { kernel: tf.Identity, by: (dy) => ({ x: () => tf.cast(dy, 'float32') }) },
  { kernel: tf.Cast, by: (dy) => ({ x: () => tf.clone(dy) }) },
  {
    kernel: tf.Reshape,
    inputs: ['x'],
    by: (dy, [x]) => ({ x: () => tf.reshape(dy, x!.shape) }),
  },
  {
    kernel: tf.Transpose,
    by: (dy, _, { perm }) => ({
      x: () => tf.transpose(dy, tf.backend_util.getUndoAxesPermutation(perm as number[])),
    }),
  },
  {
    kernel: tf.Reverse,
    by: (dy, _, { dims }) => ({ x: () => tf.reverse(dy, dims as number | number[]) }),
  },
  {
    kernel: tf.Concat,
    everyInput: true,
    by(dy, parts, { axis }) {
      const along = tf.util.parseAxisParam(axis as number, parts[0]!.shape)[0]!;
      const sizes = parts.map((part) => part.shape[along]!);
      return Object.fromEntries(
        parts.map((part, i) => {
          const begin = new Array<number>(dy.rank).fill(0);
          begin[along] = sizes.slice(0, i).reduce((sum, size) => sum + size, 0);
          return [i, () => tf.slice(dy, begin, part.shape)];
        }),
      );
    },
  },
  {
    kernel: tf.Slice,
    inputs: ['x'],
    by(dy, [x], { begin, size }) {
      const [from = []] = tf.slice_util.parseSliceParams(x!, begin as number[], size as number[]);
      const paddings = dy.shape.map((length, i): [number, number] => [
        from[i]!,
        x!.shape[i]! - from[i]! - length,
      ]);
      return { x: () => tf.pad(dy, paddings) };
    },
  },
  {
    kernel: tf.PadV2,
    inputs: ['x'],
    by: (dy, [x], { paddings }) => ({
      x: () =>
        tf.slice(
          dy,
          (paddings as [number, number][]).map(([before]) => before),
          x!.shape,
        ),
    }),
  },
  { kernel: tf.Sum, inputs: ['x'], by: (dy, [x], { axis }) => ({ x: () => repeated(dy, x!, axis) }) },
  {
    kernel: tf.Mean,
    inputs: ['x'],
    by: (dy, [x], { axis }) => ({
      x: () => repeated(tf.mul(dy, tf.util.sizeFromShape(reducedShape(x!.shape, axis)) / x!.size), x!, axis),
    }),
  },
];
