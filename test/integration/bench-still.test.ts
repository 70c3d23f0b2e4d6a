import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Still, StillSettings } from '../../bench/matte-still.js';
import { writeRandomWeights } from '../../bench/random-weights.js';
import { person, shapeTrimap } from '../../bench/trimap-shapes.js';
import { withMatters } from '../../bench/with-matters.js';
import { loadModel } from '../../src/matting/weights/load.js';
import { randomNumbers } from '../support/matting-frames.js';

const SIZE = { width: 320, height: 192 };
const random = randomNumbers(3);
const still: Still = {
  ...SIZE,
  rgb: Uint8Array.from({ length: 3 * SIZE.width * SIZE.height }, () => Math.floor(256 * random())),
  trimap: shapeTrimap(SIZE, person(150), 0.1),
};

async function matted(settings: StillSettings): Promise<{ alpha: Float32Array; computedShare: number }> {
  const { alpha, computedShare } = await withMatters({ one: settings }, ({ one }) => one.matte(still));
  return { alpha, computedShare: computedShare.stage1 };
}

function meanDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + Math.abs(value - b[at]!), 0) / a.length;
}

describe('a still through the networks', () => {
  it('is the same whole as in one tile with context enough, and nearly so in small ones', async () => {
    const dense = await matted({ tile: 'frame' });
    expect(dense.computedShare).toBe(1);
    const wide = await matted({ margin: 192 });
    expect(wide.computedShare).toBe(1);
    // Stage 2 has strips of its own: alpha between the stages is rounded to 16 bits and sums differ by rounding.
    expect(meanDifference(wide.alpha, dense.alpha)).toBeLessThan(1e-6);
    const small = await matted({ tile: 192, margin: 32 });
    expect(small.computedShare).toBeLessThan(1);
    expect(meanDifference(small.alpha, dense.alpha)).toBeGreaterThan(0);
    expect(meanDifference(small.alpha, dense.alpha)).toBeLessThan(0.02);
  });

  it('keeps known pixels and moves the others a little with stage 1 at half scale', async () => {
    const full = await matted({ tile: 'frame' });
    const half = await matted({ tile: 'frame', scale: 2 });
    expect(half.computedShare).toBe(0.25);
    still.trimap.forEach((value, at) => {
      if (value !== 128 && half.alpha[at] !== value / 255) throw new Error(`known pixel ${at} moved`);
    });
    const difference = meanDifference(half.alpha, full.alpha);
    expect(difference).toBeGreaterThan(0);
    expect(difference).toBeLessThan(0.05);
  });
});

describe('random weights', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'matteflow-test-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('fit the model, keep a signal alive through it, and are the same every time', async () => {
    const options = { widths: [8, 8, 12, 16, 16, 20], refineWidth: 8 };
    const file = await writeRandomWeights(folder, 'dim', options);
    const first = await loadModel(file);
    await writeRandomWeights(folder, 'dim', options);
    expect((await loadModel(file)).tensors).toEqual(first.tensors);
    const { alpha } = await matted({ model: file, tile: 'frame' });
    const unknown = alpha.filter((_, at) => still.trimap[at] === 128);
    const mean = unknown.reduce((sum, value) => sum + value, 0) / unknown.length;
    const variance = unknown.reduce((sum, value) => sum + (value - mean) ** 2, 0) / unknown.length;
    expect(Math.sqrt(variance)).toBeGreaterThan(0.01);
  });
});
