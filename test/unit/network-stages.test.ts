import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TFJS_DEVICES } from '../../src/matting/engines/tfjs/backend.js';
import { TENSOR_OPS } from '../../src/matting/engines/tfjs/tensor-ops.js';
import { compactStage1, compactStage2 } from '../../src/matting/networks/compact.js';
import { dimStage1, dimStage2, type DimOptions } from '../../src/matting/networks/dim.js';
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
