import { describe, expect, it } from 'vitest';
import { madeClip } from '../../fixtures/clip.js';
import { keyframeTrimap } from '../../fixtures/trimap.js';

const SIZE = { width: 48, height: 40 };
const at = (x: number, y: number): number => y * SIZE.width + x;
const painted = (inside: (x: number, y: number) => number): Uint8Array =>
  Uint8Array.from({ length: SIZE.width * SIZE.height }, (_, i) =>
    inside(i % SIZE.width, Math.floor(i / SIZE.width)),
  );

/** Erosion by definition: every pixel of the disc that lies in the frame. */
function slowTrimap(alpha: Uint8Array, radius: number): Uint8Array {
  const disc =
    (test: (i: number) => boolean, every: boolean) =>
    (x: number, y: number): boolean => {
      for (let dy = -radius; dy <= radius; dy++) {
        for (let dx = -radius; dx <= radius; dx++) {
          const [u, v] = [x + dx, y + dy];
          if (dx * dx + dy * dy > radius * radius || u < 0 || v < 0 || u >= SIZE.width || v >= SIZE.height)
            continue;
          if (test(at(u, v)) !== every) return !every;
        }
      }
      return every;
    };
  const map = (test: (x: number, y: number) => boolean): Uint8Array =>
    painted((x, y) => (test(x, y) ? 1 : 0));
  const region = (value: number): Uint8Array => {
    const safe = map(disc((i) => alpha[i] === value, true));
    const core = map(disc((i) => safe[i] === 1, true));
    return map(disc((i) => core[i] === 1, false));
  };
  const [foreground, background] = [region(255), region(0)];
  return alpha.map((_, i) => (foreground[i] ? 255 : background[i] ? 0 : 128));
}

describe('keyframeTrimap', () => {
  it('surrounds an edge with the margin and nothing more', () => {
    const trimap = keyframeTrimap(
      painted((x) => (x < 24 ? 0 : 255)),
      SIZE,
      3,
    );
    const row = [...trimap.subarray(at(0, 20), at(0, 21))];
    expect(row.indexOf(128)).toBe(21);
    expect(row.lastIndexOf(128)).toBe(26);
    expect([row[0], row[47]]).toEqual([0, 255]);
  });

  it('leaves no known slivers narrower than the brush', () => {
    const comb = painted((x) => (x >= 12 && x < 36 ? (x % 8 < 4 ? 255 : 0) : 0));
    const trimap = keyframeTrimap(comb, SIZE, 2);
    expect([...trimap.subarray(at(14, 20), at(34, 20))].every((value) => value === 128)).toBe(true);
    expect(trimap[at(2, 20)]).toBe(0);
  });

  it('matches the definition', () => {
    const alpha = painted((x, y) => {
      const wave = 300 * Math.sin(x / 9) * Math.cos(y / 7) + 128;
      return Math.round(Math.min(255, Math.max(0, wave)));
    });
    for (const radius of [1, 2, 3]) {
      expect(keyframeTrimap(alpha, SIZE, radius)).toEqual(slowTrimap(alpha, radius));
    }
  });

  it('handles mattes of one value', () => {
    const constant = (value: number): Set<number> =>
      new Set(
        keyframeTrimap(
          painted(() => value),
          SIZE,
        ),
      );
    expect([...constant(0)]).toEqual([0]);
    expect([...constant(255)]).toEqual([255]);
    expect([...constant(9)]).toEqual([128]);
  });

  it.each(['hair', 'soft', 'veil'] as const)('is right about what it claims to know of %s', async (kind) => {
    const size = { width: 256, height: 144 };
    const { alpha } = await madeClip(kind, { ...size, frames: 1, seed: 2 }).frame(0);
    const trimap = keyframeTrimap(alpha, size);
    const count = (value: number): number => trimap.filter((seen) => seen === value).length;
    expect(trimap.some((value, i) => value !== 128 && value !== alpha[i])).toBe(false);
    expect(count(0)).toBeGreaterThan(5000);
    expect(count(128)).toBeGreaterThan(1000);
    expect(count(255)).toBeGreaterThan(20);
  });
});
