import { describe, expect, it } from 'vitest';
import { allocateEnvelopeScratch, FAR } from '../../src/trimap/lower-envelope.js';
import {
  dilate,
  dilateUnknown,
  disc,
  square,
  squaredDistances,
  trimapFromMask,
} from '../../src/trimap/morphology.js';

const size = { width: 37, height: 23 };
const pixels = size.width * size.height;

/** A repeatable scatter of `share` ones. */
function scatter(seed: number, share: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: pixels }, () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32 < share ? 1 : 0;
  });
}

/** Looks at every pair of pixels. */
function nearestSquared(mask: Uint8Array, wanted: (value: number) => boolean): Float32Array {
  return Float32Array.from(mask, (_, i) => {
    let best = FAR;
    mask.forEach((value, j) => {
      if (!wanted(value)) return;
      const dx = (i % size.width) - (j % size.width);
      const dy = Math.floor(i / size.width) - Math.floor(j / size.width);
      best = Math.min(best, dx * dx + dy * dy);
    });
    return best;
  });
}

describe('squaredDistances', () => {
  it.each([0.001, 0.01, 0.2, 0.9])('equals the search over all pairs with %f of the pixels set', (share) => {
    const mask = scatter(7, share);
    const dst = new Float32Array(pixels);
    squaredDistances(dst, mask, size, 1, allocateEnvelopeScratch(size));
    expect(dst).toEqual(nearestSquared(mask, (value) => value === 1));
  });

  it('measures to anything else on demand', () => {
    const mask = scatter(3, 0.97);
    const dst = new Float32Array(pixels);
    squaredDistances(dst, mask, size, 1, allocateEnvelopeScratch(size), true);
    expect(dst).toEqual(nearestSquared(mask, (value) => value !== 1));
  });

  it('says FAR everywhere when there is no such pixel', () => {
    const dst = new Float32Array(pixels);
    squaredDistances(dst, new Uint8Array(pixels), size, 1, allocateEnvelopeScratch(size));
    expect(dst.every((value) => value >= FAR)).toBe(true);
  });
});

describe('dilate', () => {
  const reaches = (radius: number) => (dx: number, dy: number) => dx * dx + dy * dy <= radius * radius;
  const squares = (reach: number) => (dx: number, dy: number) =>
    Math.max(Math.abs(dx), Math.abs(dy)) <= reach;

  it.each([
    ['a disc of 2.3', disc(2.3), reaches(2.3)],
    ['a disc of 4', disc(4), reaches(4)],
    ['a disc of less than a pixel', disc(0.9), reaches(0.9)],
    ['a square', square(4), squares(4)],
    ['a square wider than the picture', square(40), squares(40)],
  ])('sets what %s around a set pixel holds', (_, shape, holds) => {
    for (const share of [0, 0.003, 0.05, 0.6, 1]) {
      const mask = scatter(5, share);
      const expected = mask.map((_, i) => {
        const held = (value: number, j: number): boolean =>
          value === 1 &&
          holds((i % size.width) - (j % size.width), Math.floor(i / size.width) - Math.floor(j / size.width));
        return mask.some(held) ? 1 : 0;
      });
      dilate(mask, mask, size, shape, new Uint8Array(pixels));
      expect(mask).toEqual(expected);
    }
  });
});

describe('trimapFromMask', () => {
  it('equals eroding and dilating by discs pixel by pixel', () => {
    const mask = scatter(11, 0.995).map((value) => value * 255);
    for (let i = 0; i < pixels; i++) if (i % size.width > 25) mask[i] = 0;
    const dst = new Uint8Array(pixels);
    trimapFromMask(dst, mask, size, { erode: 2.5, dilate: 3 });
    const toBackground = nearestSquared(mask, (value) => value === 0);
    const toForeground = nearestSquared(mask, (value) => value === 255);
    const expected = Uint8Array.from(mask, (_, i) =>
      toBackground[i]! > 6.25 ? 255 : toForeground[i]! > 9 ? 0 : 128,
    );
    expect(dst).toEqual(expected);
    expect(new Set(dst)).toEqual(new Set([0, 128, 255]));
  });

  it('leaves a mask as it is at radius 0, with no unknown', () => {
    const mask = scatter(5, 0.5).map((value) => value * 200);
    const dst = new Uint8Array(pixels);
    trimapFromMask(dst, mask, size, { erode: 0, dilate: 0 });
    expect(dst).toEqual(mask.map((value) => (value === 200 ? 255 : 0)));
  });

  it('keeps whole-frame masks known', () => {
    const dst = new Uint8Array(pixels);
    trimapFromMask(dst, new Uint8Array(pixels).fill(255), size, { erode: 4, dilate: 4 });
    expect(dst.every((value) => value === 255)).toBe(true);
    trimapFromMask(dst, new Uint8Array(pixels), size, { erode: 4, dilate: 4 });
    expect(dst.every((value) => value === 0)).toBe(true);
  });
});

describe('dilateUnknown', () => {
  it('turns what lies within the radius unknown and nothing else, in place', () => {
    const trimap = scatter(9, 0.02).map((value, i) => (value ? 128 : i % 3 === 0 ? 255 : 0));
    const nearest = nearestSquared(trimap, (value) => value === 128);
    const expected = trimap.map((value, i) => (nearest[i]! <= 4 ? 128 : value));
    dilateUnknown(trimap, trimap, size, 2);
    expect(trimap).toEqual(expected);
  });
});
