import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { TFJS_DEVICES, useBackend } from '../../src/matting/engines/tfjs/backend.js';
import { registerWasmKernels } from '../../src/matting/engines/tfjs/wasm-kernels.js';
import { noise } from '../support/made-input.js';

beforeAll(async () => {
  await TFJS_DEVICES.get('js')!();
  await TFJS_DEVICES.get('cpu')!();
  registerWasmKernels();
  registerWasmKernels();
});

/** Short runs are copied number by number, long ones at once. */
const SHAPE = [3, 4, 5, 70];
const made = (shape: number[]): tf.Tensor => tf.tensor(noise(tf.util.sizeFromShape(shape), 5), shape);

describe('kernels put in the place of those of WebAssembly', () => {
  it.each([
    ['a slice of short runs', () => tf.slice(made(SHAPE), [1, 0, 2, 3], [2, 4, -1, 7])],
    ['a slice of long runs', () => tf.slice(made(SHAPE), [0, 1, 0, 2], [-1, 2, 5, 66])],
    ['a contiguous slice', () => tf.slice(made(SHAPE), [1, 0, 0, 0], [2, -1, -1, -1])],
    ['a slice of a vector', () => tf.slice(tf.range(0, 9, 1, 'float32'), [4], [3])],
    ['a slice of whole numbers', () => tf.slice(tf.range(0, 9, 1, 'int32'), [4], [3])],
    ['channels side by side', () => tf.concat([made(SHAPE), made([3, 4, 5, 2]), made(SHAPE)], 3)],
    ['rows side by side', () => tf.concat([made(SHAPE), made([3, 1, 5, 70])], -3)],
    ['batches side by side', () => tf.concat([made(SHAPE), made(SHAPE)], 0)],
  ])('give what tfjs gives: %s', async (_, run) => {
    const seen: { shape: number[]; data: unknown }[] = [];
    for (const backend of ['wasm', 'cpu']) {
      await useBackend(backend);
      const y = tf.tidy(run);
      seen.push({ shape: y.shape, data: y.dataSync().slice() });
      y.dispose();
    }
    expect(seen[0]).toEqual(seen[1]);
  });
});
