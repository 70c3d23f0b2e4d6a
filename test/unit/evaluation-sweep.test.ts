import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plotSvg } from '../../src/evaluation/plot.js';
import type { Method } from '../../src/evaluation/results.js';
import { openPictureSet } from '../../src/evaluation/sets/picture-set.js';
import { sweepChart, sweepTrimaps } from '../../src/evaluation/sweep.js';
import { trimapOfTruth } from '../../src/evaluation/trimap-of-truth.js';
import { plain, temporaryFolder, writeGreys } from '../support/made-pictures.js';
import { randomNumbers } from '../support/matting-frames.js';

/** Slow and obvious: looks at every pixel of the disc round every pixel. */
function slowTrimap(
  truth: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
  distance: number,
  tolerance: number,
): number[] {
  const soft = (i: number): boolean => truth[i]! > tolerance && truth[i]! < 1 - tolerance;
  return Array.from(truth, (value, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    for (let v = 0; v < height; v++) {
      for (let u = 0; u < width; u++) {
        if (soft(v * width + u) && Math.hypot(u - x, v - y) <= distance) return 128;
      }
    }
    return value <= tolerance ? 0 : 255;
  });
}

describe('a trimap made from the truth', () => {
  it.each([
    [0, 0],
    [1, 0],
    [3, 0.1],
    [40, 0.1],
  ])('is unknown up to %d pixels from what is soft by more than %d', (distance, tolerance) => {
    const size = { width: 23, height: 17 };
    const random = randomNumbers(5);
    const truth = Float32Array.from({ length: 23 * 17 }, (_, i) => {
      if (random() < 0.05) return random();
      return i % 23 < 11 ? (random() < 0.3 ? 0.05 : 0) : 1;
    });
    const trimap = new Uint8Array(truth.length);
    trimapOfTruth(trimap, truth, size, { distance, tolerance });
    expect([...trimap]).toEqual(slowTrimap(truth, size, distance, tolerance));
  });
});

describe('a sweep', () => {
  const size = { width: 21, height: 21 };
  /** One soft pixel in the middle, known on the right and the left of it. */
  const truth = Uint8Array.from({ length: 441 }, (_, i) => (i === 220 ? 128 : i % 21 < 11 ? 255 : 0));
  const half: Method = {
    name: 'half',
    matte: ({ trimap }) =>
      Promise.resolve(Float32Array.from(trimap, (value) => (value === 128 ? 0.5 : value / 255))),
  };
  let folder: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    await writeGreys(folder, {
      'image/a.png': { ...size, values: truth },
      'alpha/a.png': { ...size, values: truth },
    });
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('scores every distance on trimaps of its own', async () => {
    const set = await openPictureSet(folder, { purpose: 'sweep' });
    const progress: number[][] = [];
    const sweep = await sweepTrimaps(
      set,
      [half],
      { distances: [0, 1, 2], tolerance: 0 },
      { onProgress: (...counts) => progress.push(counts) },
    );
    // Discs of 1, 5 and 13 pixels; each pixel but the middle one is off by a half.
    const sads = sweep.steps.map(({ evaluation }) => evaluation.mean.half!.sad);
    const middle = Math.abs(0.5 - 128 / 255);
    [1, 5, 13].forEach((pixels, i) => expect(sads[i]).toBeCloseTo((middle + (pixels - 1) / 2) / 1000, 9));
    expect(sweep.steps.map(({ distance }) => distance)).toEqual([0, 1, 2]);
    expect(progress).toEqual([1, 2, 3].map((done) => [done, 3]));
    const chart = sweepChart(sweep);
    expect(chart.series).toEqual([{ name: 'half', points: sads.map((sad, i) => [i, sad]) }]);
    expect(plotSvg(chart)).toMatch(/^<svg/);
  });

  it('has no use for an alpha that is nowhere soft', async () => {
    await writeGreys(folder, { 'image/b.png': plain(0, 4, 4), 'alpha/b.png': plain(255, 4, 4) });
    const trimaps = { distances: [1], tolerance: 0 };
    const whole = await openPictureSet(folder, { purpose: 'sweep' });
    await expect(sweepTrimaps(whole, [half], trimaps)).rejects.toMatchObject({
      code: 'TRIMAP_ALL_KNOWN',
    });
    const set = await openPictureSet(folder, { purpose: 'sweep', skip: true });
    const { steps } = await sweepTrimaps(set, [half], trimaps);
    expect(steps[0]!.evaluation.pictures.map(({ name }) => name)).toEqual(['a']);
    expect(steps[0]!.evaluation.skipped).toEqual([{ name: 'b', reason: 'no unknown pixels' }]);
  });
});
