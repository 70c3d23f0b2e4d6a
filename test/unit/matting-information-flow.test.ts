import { describe, expect, it } from 'vitest';
import type { IntegerFormat, FramePlanes } from '../../src/core/frame.js';
import { closedFormMatting } from '../../src/matting/closed-form.js';
import { informationFlowMatting } from '../../src/matting/information-flow/information-flow.js';
import { embed } from '../../src/matting/information-flow/linear-embedding.js';
import { linkedClosedForm, solveLinkedPrior } from '../../src/matting/information-flow/linked-closed-form.js';
import { NEAR, unexplained } from '../../src/matting/information-flow/transparency.js';
import { readPixels } from '../../src/matting/pixel-grid.js';
import { obviousFlow, obviousMixture } from '../support/obvious-information-flow.js';
import {
  fillDiscTrimap,
  fillRandomColours,
  formatOf,
  largestDifference,
  planesOf,
  randomNumbers,
} from '../support/matting-frames.js';

const DISC = { x: 9, y: 8, inner: 2.5, outer: 6 };

const WEIGHTS = { mixture: 1, known: 0.05, intra: 0.01, local: 1 };

/** A small picture of noise, smooth enough for windows to agree with each other, and its trimap. */
function noisy(width: number, height: number, disc = DISC, more: Partial<IntegerFormat> = {}): Scene {
  const format = formatOf(width, height, more);
  const planes = planesOf(format);
  fillRandomColours(planes, format, randomNumbers(width));
  for (const plane of planes.colour) {
    for (let at = 1; at < plane.length; at += 1) plane[at] = (3 * plane[at - 1]! + plane[at]!) / 4;
  }
  fillDiscTrimap(planes.trimap, format, disc);
  return { planes, format };
}

interface Scene {
  readonly planes: FramePlanes;
  readonly format: IntegerFormat;
}

describe('embed', () => {
  it.each([1, 2, 7, 20])('finds the weights that a dense solve finds, of %i neighbours', (count) => {
    const random = randomNumbers(count);
    const colours = Array.from({ length: 30 }, () => [random(), random(), random()]);
    const rgb = Float32Array.from(colours.flat());
    const stored = colours.map((_, n) => [...rgb.subarray(3 * n, 3 * n + 3)]);
    const weights = new Float64Array(count);
    for (let pixel = 0; pixel < 5; pixel += 1) {
      const neighbours = Int32Array.from({ length: count }, (_, n) => 29 - n);
      embed(weights, rgb, pixel, neighbours);
      const expected = obviousMixture(
        stored[pixel]!,
        Array.from(neighbours, (n) => stored[n]!),
      );
      expect(largestDifference(weights, expected)).toBeLessThan(1e-9);
    }
  });

  it('shares alike among neighbours of one colour', () => {
    const weights = new Float64Array(4);
    embed(weights, new Float32Array(15).fill(0.25), 4, Int32Array.of(0, 1, 2, 3));
    expect([...weights]).toEqual([0.25, 0.25, 0.25, 0.25]);
  });
});

describe('information-flow matting', () => {
  it.each([
    ['a ring', 19, 17, DISC],
    ['a ring over the corner', 16, 15, { x: 15, y: 14, inner: 2, outer: 6 }],
    ['a trimap without foreground', 19, 17, { x: 9, y: 8, inner: -1, outer: 5 }],
    ['a trimap without background', 13, 12, { x: 6, y: 6, inner: 3, outer: 99 }],
    ['fewer pixels than a mixture has', 4, 4, { x: 1, y: 1, inner: 0, outer: 1.5 }],
    ['one unknown pixel', 12, 11, { x: 4, y: 5, inner: -1, outer: 0 }],
  ])('solves the system that the paper writes down: %s', (_, width, height, disc) => {
    const { planes, format } = noisy(width, height, disc);
    informationFlowMatting(planes, format, { weights: WEIGHTS });
    expect(largestDifference(planes.alpha, obviousFlow(planes, format, WEIGHTS))).toBeLessThan(2e-3);
  });

  it.each(['mixture', 'known', 'intra', 'local'] as const)('weighs the flow “%s” as it is told', (flow) => {
    const { planes, format } = noisy(19, 17);
    informationFlowMatting(planes, format, { weights: WEIGHTS });
    const before = planes.alpha.slice();
    const weights = { ...WEIGHTS, [flow]: 5 * WEIGHTS[flow] + 0.1 };
    informationFlowMatting(planes, format, { weights });
    expect(largestDifference(planes.alpha, obviousFlow(planes, format, weights))).toBeLessThan(2e-3);
    expect(largestDifference(planes.alpha, before)).toBeGreaterThan(1e-2);
  });

  it('does so from deep Y′CbCr', () => {
    const { planes, format } = noisy(19, 17, DISC, {
      model: 'yuv',
      depth: 10,
      tags: { matrix: 'bt709', range: 'tv' },
    });
    informationFlowMatting(planes, format, { weights: WEIGHTS });
    expect(largestDifference(planes.alpha, obviousFlow(planes, format, WEIGHTS))).toBeLessThan(2e-3);
  });

  it('recovers the alpha of two colours mixed', () => {
    const format = formatOf(64, 48, { depth: 16 });
    const planes = planesOf(format);
    const [front, back] = [
      [60_000, 31_000, 9_000],
      [8_000, 15_000, 42_000],
    ] as const;
    const exact = Float32Array.from(planes.alpha, (_, at) => {
      const reach = Math.hypot((at % 64) - 30, Math.floor(at / 64) - 24);
      const soft = Math.min(Math.max((20 - reach) / 14 + 0.2 * Math.sin(at / 2), 0), 1);
      return reach < 4 ? 1 : reach > 22 ? 0 : soft;
    });
    planes.colour.forEach((plane, k) => {
      exact.forEach((a, at) => (plane[at] = Math.round(a * front[k]! + (1 - a) * back[k]!)));
    });
    fillDiscTrimap(planes.trimap, format, { x: 30, y: 24, inner: 3, outer: 23 });
    informationFlowMatting(planes, format);
    expect(largestDifference(planes.alpha, exact)).toBeLessThan(0.01);
    expect(exact.filter((a) => a > 0.1 && a < 0.9).length).toBeGreaterThan(200);
  });

  it('begins where it is told, and goes no further than that', () => {
    const { planes, format } = noisy(19, 17);
    const start = Float32Array.from(planes.trimap, (_, at) => (at % 7) / 7);
    informationFlowMatting(planes, format, { start, steps: 0 });
    const expected = start.map((value, at) => (planes.trimap[at] === 128 ? value : planes.trimap[at]! / 255));
    expect(planes.alpha).toEqual(expected);
  });

  it('is the trimap where that says something, whatever was in the plane before', () => {
    const { planes, format } = noisy(19, 17);
    planes.alpha.fill(0.3);
    informationFlowMatting(planes, format);
    const moved = planes.trimap.findIndex((value, at) => value !== 128 && planes.alpha[at] !== value / 255);
    expect(moved).toBe(-1);
    expect(planes.alpha.every((a) => a >= 0 && a <= 1)).toBe(true);
  });

  it('is one half where the trimap says nothing, and leaves alone what is all known', () => {
    const { planes, format } = noisy(19, 17);
    planes.trimap.fill(128);
    informationFlowMatting(planes, format);
    expect(new Set(planes.alpha)).toEqual(new Set([0.5]));
    planes.trimap.fill(255);
    informationFlowMatting(planes, format);
    expect(new Set(planes.alpha)).toEqual(new Set([1]));
  });
});

describe('linked closed-form matting', () => {
  /** Two bars of one colour on grey; the trimap knows the left one alone, and nothing of where the right one is. */
  function bars(): Scene {
    const format = formatOf(40, 24);
    const planes = planesOf(format);
    const random = randomNumbers(3);
    for (let at = 0; at < planes.alpha.length; at += 1) {
      const x = at % 40;
      const bar = (x >= 4 && x < 12) || (x >= 24 && x < 30);
      planes.colour.forEach((plane, k) => (plane[at] = (bar ? [180, 60, 40][k]! : 90) + 6 * random()));
      planes.trimap[at] = x >= 5 && x < 8 ? 255 : x < 3 || (x >= 14 && x < 18) || x >= 38 ? 0 : 128;
    }
    return { planes, format };
  }

  /** Mean alpha of columns. */
  const mean = ({ alpha }: FramePlanes, from: number, to: number): number => {
    const inside = alpha.filter((_, at) => at % 40 >= from && at % 40 < to);
    return inside.reduce((sum, value) => sum + value, 0) / inside.length;
  };

  it('sees a part of the subject that the trimap does not know', () => {
    const { planes, format } = bars();
    closedFormMatting(planes, format);
    expect(mean(planes, 25, 29)).toBeLessThan(0.1);
    linkedClosedForm(planes, format);
    expect(mean(planes, 25, 29)).toBeGreaterThan(0.4);
    expect(mean(planes, 32, 37)).toBeLessThan(0.1);
  });

  it('brings a prior to the same alpha', () => {
    const { planes, format } = noisy(19, 17);
    linkedClosedForm(planes, format);
    planes.prior.fill(0.3);
    const expected = planes.alpha.slice();
    solveLinkedPrior(planes, format);
    expect(largestDifference(planes.prior, expected)).toBeLessThan(2e-3);
  });
});

describe('unexplained', () => {
  it('is the share of unknown pixels in colours that neither side has', () => {
    const format = formatOf(40, 10);
    const planes = planesOf(format);
    for (let at = 0; at < planes.alpha.length; at += 1) {
      const x = at % 40;
      planes.trimap[at] = x < 10 ? 255 : x < 30 ? 128 : 0;
      // Of the unknown columns five are as the foreground, five as the background and ten as neither.
      const level = x < 15 ? 230 : x < 25 ? 130 : 30;
      planes.colour.forEach((plane) => (plane[at] = level));
    }
    expect(unexplained(readPixels(planes, format, NEAR))).toBeCloseTo(0.5, 6);
    planes.trimap.forEach((value, at) => (planes.trimap[at] = value === 0 ? 128 : value));
    expect(unexplained(readPixels(planes, format, NEAR))).toBe(0);
  });
});
