import * as tf from '@tensorflow/tfjs-core';
import type { TrainingSample } from './sample.js';

/** Samples side by side as the network and the losses read them: (N, side, side, channels), values 0..1. */
export interface Batch {
  readonly rgb: tf.Tensor4D;
  /** 0, 0.5 or 1. */
  readonly trimap: tf.Tensor4D;
  readonly prior: tf.Tensor4D;
  readonly alpha: tf.Tensor4D;
  /** 1 where the trimap does not know. */
  readonly unknown: tf.Tensor4D;
  readonly foreground: tf.Tensor4D;
  readonly background: tf.Tensor4D;
}

/**
 * Puts samples on the device.
 *
 * @param samples - at least one, all of one side
 * @returns tensors of the caller's to dispose
 */
export function batchOf(samples: readonly TrainingSample[]): Batch {
  const { side } = samples[0]!;
  const upload = (channels: number, planeOf: (sample: TrainingSample) => ArrayLike<number>): tf.Tensor4D => {
    const values = new Float32Array(samples.length * side * side * channels);
    samples.forEach((sample, n) => values.set(planeOf(sample), n * side * side * channels));
    return tf.tensor4d(values, [samples.length, side, side, channels]);
  };
  return {
    rgb: upload(3, ({ rgb }) => rgb),
    trimap: upload(1, ({ trimap }) => Float32Array.from(trimap, (value) => Math.round(value / 127.5) / 2)),
    prior: upload(1, ({ prior }) => prior),
    alpha: upload(1, ({ alpha }) => alpha),
    unknown: upload(1, ({ trimap }) => trimap.map((value) => (value === 128 ? 1 : 0))),
    foreground: upload(3, ({ foreground }) => foreground),
    background: upload(3, ({ background }) => background),
  };
}
