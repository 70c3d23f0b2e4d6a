import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TFJS_DEVICES } from '../../src/matting/engines/tfjs/backend.js';
import { TENSOR_OPS } from '../../src/matting/engines/tfjs/tensor-ops.js';
import { alphaganGenerator } from '../../src/matting/networks/alphagan.js';
import { compactStage1, compactStage2 } from '../../src/matting/networks/compact.js';
import { dimStage1, dimStage2, type DimOptions } from '../../src/matting/networks/dim.js';
import { patchganDiscriminator } from '../../src/matting/networks/patchgan.js';
import { trimapUnet } from '../../src/matting/networks/trimap-unet.js';
import type { WeightScope } from '../../src/matting/ops.js';
import { noise } from '../support/made-input.js';

/** What training builds on: each stage's raw result beside its alpha. */
beforeAll(async () => {
  await TFJS_DEVICES.get('js')!();
  tf.engine().startScope();
});
afterAll(() => tf.engine().endScope());

const SIZE = 32 * 32;

/** All filters `value`, biases 0. */
function constantWeights(value: number): WeightScope<tf.Tensor> {
  const scope: WeightScope<tf.Tensor> = {
    at: () => scope,
    get: (_, shape) => {
      const [outputs, inputs, rows, columns] = shape as [number, number, number, number];
      return shape.length === 1 ? tf.zeros([outputs]) : tf.fill([rows, columns, inputs, outputs], value);
    },
  };
  return scope;
}

/** (1, 32, 32, 5): made colour; trimap 0, then 0.5, then 1 by thirds; a last channel from −1 to 2. */
function input(channels: 4 | 5): tf.Tensor {
  const made = noise(5 * SIZE, 1);
  for (let i = 0; i < SIZE; i++) {
    made[5 * i + 3] = Math.floor((3 * i) / SIZE) / 2;
    made[5 * i + 4] = 3 * made[5 * i + 4]! - 1;
  }
  return TENSOR_OPS.channels(tf.tensor(made, [1, 32, 32, 5]), 0, channels);
}

function lastChannel(): number[] {
  return [...TENSOR_OPS.channels(input(5), 4, 1).dataSync()];
}

describe.each([
  ['compactStage1', compactStage1],
  ['compactStage2', compactStage2],
])('%s', (_, stage) => {
  it('begins at what it is given, unbounded, and puts known pixels in', () => {
    const { raw, alpha } = stage(TENSOR_OPS, constantWeights(0), input(5));
    const given = lastChannel();
    expect([...raw.dataSync()]).toEqual(given);
    const expected = given.map((value, i) => {
      const trimap = Math.floor((3 * i) / SIZE);
      return trimap === 1 ? Math.min(Math.max(value, 0), 1) : trimap / 2;
    });
    expect([...alpha.dataSync()]).toEqual(expected.map(Math.fround));
  });
});

describe.each(['sigmoid', 'clip'] as const)('dim with the convention %s', (convention) => {
  const options: DimOptions = {
    stages: 2,
    conv6: 1,
    convention,
    refinerInput: 'unit',
    skips: false,
    widths: [2, 2, 2, 2, 2, 2],
    refineWidth: 2,
  };
  const activated = (raw: tf.Tensor): number[] =>
    [...raw.dataSync()].map((value) =>
      convention === 'sigmoid' ? 1 / (1 + Math.exp(-value)) : Math.min(Math.max(value, 0), 1),
    );
  const expectClose = (seen: tf.Tensor, expected: readonly number[]): void => {
    [...seen.dataSync()].forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-6));
  };

  it('gives stage 1 as it came and as alpha, known pixels not put in', () => {
    const { raw, alpha } = dimStage1(TENSOR_OPS, constantWeights(0.1), input(4), options);
    expect(new Set(raw.dataSync()).size).toBeGreaterThan(10);
    expectClose(alpha, activated(raw));
  });

  it('adds to the carry in stage 2', () => {
    const still = dimStage2(TENSOR_OPS, constantWeights(0), input(5), options);
    expectClose(still.raw, lastChannel());
    expectClose(still.alpha, activated(still.raw));
    const moved = dimStage2(TENSOR_OPS, constantWeights(0.1), input(5), options);
    expect([...moved.raw.dataSync()]).not.toEqual(lastChannel());
    expectClose(moved.alpha, activated(moved.raw));
  });
});

/** Filters made, scales and variances 1, all else 0. */
function madeFilters(): WeightScope<tf.Tensor> {
  const scope: WeightScope<tf.Tensor> = {
    at: () => scope,
    get: (name, shape) => {
      if (shape.length === 1)
        return name === 'bias' || name === 'running_mean' ? tf.zeros([...shape]) : tf.ones([...shape]);
      const [first, second, rows, columns] = shape as [number, number, number, number];
      const made = noise(first * second * rows * columns, first + second);
      const deviation = Math.sqrt(24 / (second * rows * columns));
      return tf.tensor(
        made.map((value) => (value - 0.5) * deviation),
        [rows, columns, second, first],
      );
    },
  };
  return scope;
}

describe('alphaganGenerator', () => {
  it('gives logits, and alpha as their sigmoid, known pixels not put in', () => {
    const { raw, alpha } = alphaganGenerator(TENSOR_OPS, madeFilters(), input(4), { width: 3 });
    expect(raw.shape).toEqual([1, 32, 32, 1]);
    expect(new Set(raw.dataSync()).size).toBeGreaterThan(100);
    expect([...alpha.dataSync()]).toEqual([...tf.sigmoid(raw).dataSync()]);
  });
});

describe('patchganDiscriminator', () => {
  it('gives a logit a patch, which only the 70 pixels around it can change', () => {
    const weights = madeFilters();
    const made = (mark: number): tf.Tensor => {
      const data = noise(4 * 32 * 128, 3);
      // Column 100 of row 16.
      data[4 * (16 * 128 + 100)]! += mark;
      return tf.tensor(data, [1, 32, 128, 4]);
    };
    const [before, after] = [0, 1].map(
      (mark) => patchganDiscriminator(TENSOR_OPS, weights, made(mark)).logits,
    );
    expect(before!.shape).toEqual([1, 2, 14, 1]);
    const changed = [...tf.abs(tf.sub(before!, after!)).dataSync()].slice(0, 14).map((value) => value > 0);
    // Patch i lies on pixels 8 i − 23 to 8 i + 46.
    expect(changed).toEqual(Array.from({ length: 14 }, (_, i) => 8 * i - 23 <= 100 && 100 <= 8 * i + 46));
  });
});

describe('trimapUnet', () => {
  it('gives logits of three classes, and probabilities that are their softmax', () => {
    const colour = TENSOR_OPS.channels(input(4), 0, 3);
    const { logits, probabilities } = trimapUnet(TENSOR_OPS, madeFilters(), colour);
    expect(probabilities.shape).toEqual([1, 32, 32, 3]);
    expect([...probabilities.dataSync()]).toEqual([...tf.softmax(logits).dataSync()]);
    tf.sum(probabilities, 3)
      .dataSync()
      .forEach((sum) => expect(sum).toBeCloseTo(1, 6));
  });
});
