import { describe, expect, it } from 'vitest';
import { networkTable } from '../../src/matting/networks/inventory.js';
import type { Network } from '../../src/matting/networks/model.js';
import { networkModel, networkNamed } from '../../src/matting/networks/registry.js';
import type { Ops, WeightScope } from '../../src/matting/ops.js';
import { noise } from '../support/made-input.js';
import { SLOW_OPS, type SlowMap } from '../support/slow-ops.js';

/** A network of one channel. */
type Small = <T>(ops: Ops<T>, weights: WeightScope<T>, x: T) => T;

function conv<T>(ops: Ops<T>, weights: WeightScope<T>, x: T, kernel: number, stride = 1, dilation = 1): T {
  const filter = weights.get(`conv${kernel}.weight`, [1, 1, kernel, kernel]);
  const padding = (dilation * (kernel - 1)) / 2;
  return ops.conv(x, filter, undefined, { padding, stride, dilation });
}

const SMALL: Readonly<Record<string, Small>> = {
  'convolutions, dilated and strided': (ops, weights, x) =>
    ops.resizeLike(conv(ops, weights, conv(ops, weights, x, 3, 2), 5, 1, 2), x),
  'pooling and unpooling': (ops, weights, x) => {
    const { values, indices } = ops.maxPool(conv(ops, weights, x, 3));
    return conv(ops, weights, ops.unpool(conv(ops, weights, values, 3), indices), 3);
  },
  'pooling and bilinear, twice': (ops, weights, x) => {
    const half = ops.maxPool(x).values;
    const quarter = conv(ops, weights, ops.maxPool(half).values, 3);
    return ops.resizeLike(ops.add(ops.resizeLike(quarter, half), half), x);
  },
  'a transposed convolution, kernel 4': (ops, weights, x) => {
    const filter = weights.get('up4.weight', [1, 1, 4, 4]);
    return ops.transposedConv(ops.maxPool(x).values, filter, undefined, { stride: 2, padding: 1 });
  },
  'a transposed convolution, kernel 3, beside the input': (ops, weights, x) => {
    const filter = weights.get('up3.weight', [1, 1, 3, 3]);
    const half = conv(ops, weights, x, 3, 2);
    return ops.multiply(
      ops.transposedConv(half, filter, undefined, { stride: 2, padding: 1, extra: 1 }),
      ops.clip(ops.affine(x, 2, 1), 0, 3),
    );
  },
};

function network(build: Small): Network {
  return {
    name: 'small',
    multiple: 32,
    stages: ['stage1'],
    channels: { stage1: 1, stage2: 0 },
    outputs: { stage1: 1, stage2: 0 },
    build: (_, ops, weights, x) => build(ops, weights, x),
  };
}

/**
 * The widest stretch of a row that one pixel in the middle depends on, found by changing one pixel after another and
 * looking for what else changes: several times over, as a change may be hidden by a larger value beside it.
 */
function seenField(build: Small): number {
  const [rows, columns, trials] = [8, 96, 12];
  const fields = new Map<number, { first: number; last: number }>();
  for (let trial = 0; trial < trials; trial++) {
    const weights: WeightScope<SlowMap> = {
      at: () => weights,
      get: (_, shape) => {
        const count = shape.reduce((product, size) => product * size, 1);
        return { shape, data: Float64Array.from(noise(count, trial), (value) => value + 0.1) };
      },
    };
    const picture = Float64Array.from(noise(rows * columns, 100 + trial));
    const run = (data: Float64Array): Float64Array =>
      build(SLOW_OPS, weights, { shape: [1, rows, columns], data }).data;
    const before = run(picture);
    for (let changed = 16; changed < 80; changed++) {
      const other = picture.slice();
      other[3 * columns + changed] = other[3 * columns + changed]! + (trial % 2 === 0 ? 2 : -2);
      run(other).forEach((value, i) => {
        const column = i % columns;
        if (value === before[i] || column < 32 || column >= 64) return;
        const { first, last } = fields.get(column) ?? { first: changed, last: changed };
        fields.set(column, { first: Math.min(first, changed), last: Math.max(last, changed) });
      });
    }
  }
  return Math.max(...[...fields.values()].map(({ first, last }) => last - first + 1));
}

describe('the receptive field of', () => {
  it.each(Object.entries(SMALL))('%s is what a change of one pixel shows', (_, build) => {
    expect(networkTable(network(build)).receptiveFields.stage1).toBe(seenField(build));
  });

  it('the discriminator is 70 pixels, as published', () => {
    expect(networkTable(networkNamed('patchgan')).receptiveFields).toEqual({ stage1: 70 });
  });

  it('networks that measure the whole picture is not a number', () => {
    expect(networkTable(networkModel('alphagan')).receptiveFields).toEqual({ stage1: null });
    expect(networkTable(networkModel('trimap-unet')).receptiveFields).toEqual({ stage1: null });
  });

  it('dim grows by 64 pixels with each step of its bottom kernel', () => {
    const fields = [1, 3, 7].map((conv6) => networkTable(networkModel('dim', { conv6 })).receptiveFields);
    expect(fields).toEqual([
      { stage1: 340, stage2: 9 },
      { stage1: 404, stage2: 9 },
      { stage1: 532, stage2: 9 },
    ]);
  });
});
