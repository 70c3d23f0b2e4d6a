import * as tf from '@tensorflow/tfjs-core';
import type { ColourSamples, GuideSamples, StageInput } from '../engine.js';
import { rgbFilter, type PlaneKind } from '../stage-input.js';

/**
 * What a stage reads of a batch, (N, H, W, channels): R′, G′, B′ clipped to 0..1, the trimap as 0, 0.5, 1, and the
 * guide as 0..1 or as logits.
 *
 * Samples cross as float32, on GPUs too: packed in int32 they could not be taken apart there, as tfjs computes with
 * int32 in float32 on WebGPU (exact to 24 bits) and on the processor under CUDA.
 */
export function networkInput({
  count,
  height,
  width,
  colour,
  toRgb,
  trimap,
  guide,
}: StageInput): tf.Tensor4D {
  const upload = (samples: ColourSamples, channels: number): tf.Tensor4D => {
    const floats = samples instanceof Float32Array ? samples : new Float32Array(samples);
    const planes = tf.tensor4d(floats, [count, channels, height, width]);
    return tf.transpose(planes, [0, 2, 3, 1]);
  };
  const { matrix, offset } = rgbFilter(toRgb);
  const rgb = tf.fused.conv2d({
    x: upload(colour, 3),
    filter: tf.reshape(tf.transpose(tf.tensor2d(matrix, [3, 3])), [1, 1, 3, 3]),
    bias: tf.tensor1d(offset),
    strides: 1,
    pad: 'valid',
  });
  const channels = [tf.clipByValue(rgb, 0, 1)];
  if (trimap.length > 0) {
    channels.push(tf.mul<tf.Tensor4D>(tf.round(tf.mul(upload(trimap, 1), 2 / 255)), 0.5));
  }
  if (guide instanceof Uint16Array) channels.push(tf.div(upload(guide, 1), 65535));
  else if (guide) channels.push(upload(guide, 1));
  return tf.concat(channels, 3);
}

/** A stage's result as it leaves the device, (N, outputs, H, W). */
export function networkOutput(result: tf.Tensor, kind: PlaneKind): tf.Tensor {
  const [n, height, width, outputs] = result.shape as [number, number, number, number];
  // One channel lies in memory alike in either order.
  const planes =
    outputs === 1 ? tf.reshape(result, [n, 1, height, width]) : tf.transpose(result, [0, 3, 1, 2]);
  if (kind === 'logit') return planes;
  // Rounded by cutting off: a half is never rounded down.
  return tf.floor(tf.add(tf.mul(tf.clipByValue(planes, 0, 1), 65535), 0.5));
}

/** A read-back result as the caller gets it. */
export function outputSamples(data: Float32Array, kind: PlaneKind): GuideSamples {
  return kind === 'logit' ? new Float32Array(data) : new Uint16Array(data);
}
