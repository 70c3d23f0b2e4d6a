import { describe, expect, it } from 'vitest';
import type { FramePlanes } from '../../src/core/frame.js';
import { findCandidates } from '../../src/matting/knn-candidates.js';
import { FEATURES, readFeatures } from '../../src/matting/knn-features.js';
import { linkUnknown } from '../../src/matting/knn-links.js';
import { knnMatting } from '../../src/matting/knn.js';
import { alphaFromTrimap } from '../../src/matting/trimap-alpha.js';
import {
  fillDiscTrimap,
  fillRandomColours,
  formatOf,
  largestDifference,
  planesOf,
  randomNumbers,
} from '../support/matting-frames.js';

const format = formatOf(21, 16);
const options = {
  passes: [
    { neighbours: 6, positionWeight: 3, share: 1 },
    { neighbours: 4, positionWeight: 0.5, share: 0.3 },
  ],
  range: 0.8,
};

/** How much of the subject a pixel shows: a disc with an edge five pixels wide. */
const coverage = (i: number): number =>
  Math.min(Math.max((7.5 - Math.hypot((i % 21) - 10, Math.floor(i / 21) - 8)) / 5, 0), 1);

/** The disc in one noisy colour on another; `noise` in codes. */
function discFrame(seed: number, noise = 30): FramePlanes {
  const planes = planesOf(format);
  const random = randomNumbers(seed);
  planes.colour.forEach((plane, k) => {
    for (let i = 0; i < plane.length; i += 1) {
      const colour = 200 * [0.9, 0.3, 0.3][k]! * coverage(i) + 200 * [0.3, 0.4, 0.7][k]! * (1 - coverage(i));
      plane[i] = colour + noise * random();
    }
  });
  fillDiscTrimap(planes.trimap, format, { x: 10, y: 8, inner: 2.5, outer: 7.5 });
  return planes;
}

/** Alpha by the definition: all distances sorted, a full matrix, Gauss and Jordan. */
function obvious(planes: FramePlanes, wanted: typeof options): Float64Array {
  const every = Int32Array.from(planes.trimap, (_, i) => i);
  const rows = every.filter((i) => planes.trimap[i] === 128);
  const row = new Map(Array.from(rows, (pixel, n) => [pixel, n]));
  const system = Array.from(rows, () => new Float64Array(rows.length + 1));
  for (const { neighbours, positionWeight, share } of wanted.passes) {
    const features = readFeatures(every, planes, format, positionWeight);
    const feature = (i: number): number[] => [...features.subarray(FEATURES * i, FEATURES * (i + 1))];
    for (const pixel of rows) {
      const own = feature(pixel);
      const others = Array.from(every, (i) => ({ i, steps: feature(i).map((value, k) => value - own[k]!) }))
        .filter(({ i }) => i !== pixel)
        .map(({ i, steps }) => ({
          i,
          square: steps.reduce((sum, step) => sum + step ** 2, 0),
          weight:
            share * Math.max(0.01, 1 - steps.reduce((sum, step) => sum + Math.abs(step), 0) / wanted.range),
        }))
        .sort((a, b) => a.square - b.square || a.i - b.i);
      for (const { i, weight } of others.slice(0, neighbours)) {
        const [here, there] = [row.get(pixel)!, row.get(i)];
        system[here]![here]! += weight;
        if (there === undefined) system[here]![rows.length]! += (weight * planes.trimap[i]!) / 255;
        else {
          system[there]![there]! += weight;
          system[here]![there]! -= weight;
          system[there]![here]! -= weight;
        }
      }
    }
  }
  system.forEach((equation, n) => {
    const pivot = equation[n]!;
    equation.forEach((value, m) => (equation[m] = value / pivot));
    system.forEach((other, o) => {
      const factor = other[n]!;
      if (o !== n) other.forEach((value, m) => (other[m] = value - factor * equation[m]!));
    });
  });
  return Float64Array.from(system, (equation) => equation[rows.length]!);
}

describe('knnMatting', () => {
  it.each([1, 2, 3])('equals the definition, solved as a full matrix (%i)', (seed) => {
    const planes = discFrame(seed);
    knnMatting(planes, format, options);
    const unknown = planes.alpha.filter((_, i) => planes.trimap[i] === 128);
    const expected = obvious(planes, options);
    // Conjugate gradients end with a residual of 1e-4.
    expect(largestDifference(unknown, expected)).toBeLessThan(2e-3);
    expect(expected.filter((value) => value > 0.05 && value < 0.95).length).toBeGreaterThan(10);
  });

  it('cuts the disc out, keeps what is known, and does so alike twice', () => {
    const planes = discFrame(4, 8);
    knnMatting(planes, format);
    const first = planes.alpha.slice();
    for (const [i, value] of first.entries()) {
      if (planes.trimap[i] !== 128) expect(value).toBe(planes.trimap[i]! / 255);
      // On a ring alpha falls off as a logarithm, not evenly: the outer circle has more pixels than the inner one.
      else if (Math.abs(coverage(i) - 0.5) > 0.25) expect(value > 0.5).toBe(coverage(i) > 0.5);
    }
    knnMatting(planes, format);
    expect(planes.alpha).toEqual(first);
  });

  it('reads deep Y′CbCr as it reads 8-bit R′G′B′', () => {
    const grey = planesOf(format);
    const noise = randomNumbers(9);
    const levels = Uint8Array.from(grey.trimap, () => Math.floor(256 * noise()));
    grey.colour.forEach((plane) => {
      plane.set(levels);
    });
    const deep = formatOf(21, 16, { model: 'yuv', depth: 16, tags: { matrix: 'bt709', range: 'pc' } });
    const same = planesOf(deep);
    same.colour[0].set(Uint16Array.from(levels, (level) => level * 257));
    same.colour[1].fill(32768);
    same.colour[2].fill(32768);
    for (const planes of [grey, same])
      fillDiscTrimap(planes.trimap, format, { x: 10, y: 8, inner: 3, outer: 6 });
    knnMatting(grey, format);
    knnMatting(same, deep);
    expect(largestDifference(grey.alpha, same.alpha)).toBeLessThan(1e-3);
  });

  it('says one half where nothing is known, and leaves a frame alone that is', () => {
    for (const [width, height] of [
      [9, 7],
      [1, 1],
    ] as const) {
      const planes = planesOf(formatOf(width, height));
      fillRandomColours(planes, formatOf(width, height), randomNumbers(2));
      planes.trimap.fill(128);
      knnMatting(planes, formatOf(width, height));
      expect(new Set(planes.alpha)).toEqual(new Set([0.5]));
    }
    const planes = planesOf(format);
    planes.trimap.fill(255);
    knnMatting(planes, format);
    expect(new Set(planes.alpha)).toEqual(new Set([1]));
  });
});

describe('linkUnknown', () => {
  it('adds up to the same degrees as the links that it keeps and folds', () => {
    const planes = discFrame(5);
    alphaFromTrimap(planes.alpha, planes.trimap);
    // All known pixels are foreground here, so that the pull is the weight of the links to them.
    const links = linkUnknown(
      findCandidates(planes.trimap, format),
      planes,
      format,
      planes.alpha.map(() => 1),
      options,
    );
    const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
    expect(links.ends.length).toBe(links.starts.at(-1));
    expect(links.ends.length).toBeGreaterThan(100);
    expect(sum(links.pull)).toBeGreaterThan(1);
    expect(sum(links.degree)).toBeCloseTo(2 * sum(links.weights) + sum(links.pull), 4);
  });
});

describe('findCandidates', () => {
  it('takes the unknown pixels first, then known ones up to 64 pixels away', () => {
    const wide = formatOf(200, 3);
    const trimap = new Uint8Array(600);
    trimap[200 + 20] = 128;
    trimap[200 + 22] = 7;
    const { pixels, unknown } = findCandidates(trimap, wide);
    expect(unknown).toBe(2);
    expect([...pixels.subarray(0, 2)]).toEqual([220, 222]);
    expect(pixels.length).toBe(3 * (22 + 64 + 1));
    expect(new Set(pixels).size).toBe(pixels.length);
  });
});
