import { describe, expect, it } from 'vitest';
import { forceTrimap } from '../../src/trimap/force.js';
import { maskTrimap, requireRange, requireShape, widenTrimap } from '../../src/trimap/mask.js';
import { trimapFromMask } from '../../src/trimap/morphology.js';
import { seededRandom } from '../../fixtures/random.js';

const size = { width: 40, height: 30 };
const pixels = size.width * size.height;

/** A few discs, hard. */
function hardMask(seed: number): Uint8Array {
  const random = seededRandom(seed);
  const discs = Array.from({ length: 4 }, () => ({
    x: random.between(0, 40),
    y: random.between(0, 30),
    r: random.between(2, 9),
  }));
  return Uint8Array.from({ length: pixels }, (_, i) =>
    discs.some(({ x, y, r }) => Math.hypot((i % 40) - x, Math.floor(i / 40) - y) < r) ? 255 : 0,
  );
}

describe('masks', () => {
  it('gives a hard mask the band of its disc, on either side its own', () => {
    for (const seed of [1, 2, 3]) {
      const mask = hardMask(seed);
      const seen = new Uint8Array(pixels);
      const expected = new Uint8Array(pixels);
      maskTrimap(seen, mask, size, { erode: 2, dilate: 5 });
      trimapFromMask(expected, mask, size, { erode: 2, dilate: 5 });
      expect(seen).toEqual(expected);
    }
  });

  it('leaves unknown what a soft mask is unsure of, without any reach', () => {
    const row = { width: 6, height: 1 };
    const seen = new Uint8Array(6);
    maskTrimap(seen, Uint8Array.of(0, 25, 26, 229, 230, 255), row, { erode: 0, dilate: 0 });
    expect([...seen]).toEqual([0, 0, 128, 128, 255, 255]);
  });

  it('keeps an empty mask empty, and refuses one of labels', () => {
    const seen = new Uint8Array(pixels);
    maskTrimap(seen, new Uint8Array(pixels), size, { erode: 3, dilate: 3 });
    expect(Math.max(...seen)).toBe(0);
    expect(() => requireRange(new Uint8Array(pixels), 'empty')).not.toThrow();
    expect(() => requireRange(Uint8Array.of(0, 1, 1, 0), 'labels.png')).toThrow(/labels\.png.*up to 1.*255/);
  });

  it('takes another size of one shape and no other shape', () => {
    expect(() => requireShape({ width: 960, height: 544 }, { width: 1920, height: 1080 }, 'm')).not.toThrow();
    expect(() => requireShape({ width: 960, height: 720 }, { width: 1920, height: 1080 }, 'm')).toThrow(
      expect.objectContaining({ code: 'TRIMAP_SIZE' }),
    );
  });

  it('widens a trimap into either side by its own reach', () => {
    const row = { width: 9, height: 1 };
    const trimap = Uint8Array.of(0, 0, 0, 0, 128, 255, 255, 255, 255);
    widenTrimap(trimap, row, { erode: 1, dilate: 2 });
    expect([...trimap]).toEqual([0, 0, 128, 128, 128, 128, 255, 255, 255]);
  });
});

describe('garbage and holdout mattes', () => {
  it('force background and foreground from half up; holdout wins', () => {
    const trimap = Uint8Array.of(128, 255, 255, 128, 0, 128);
    forceTrimap(trimap, {
      garbage: Uint8Array.of(255, 128, 127, 0, 0, 255),
      holdout: Uint8Array.of(0, 0, 0, 128, 255, 255),
    });
    expect([...trimap]).toEqual([0, 0, 255, 255, 255, 255]);
  });
});
