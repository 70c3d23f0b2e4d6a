import { describe, expect, it } from 'vitest';
import { allocateEnvelopeScratch, FAR } from '../../src/trimap/lower-envelope.js';
import { dilateUnknown, squaredDistances, trimapFromMask } from '../../src/trimap/morphology.js';

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
