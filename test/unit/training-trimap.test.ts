import { describe, expect, it } from 'vitest';
import { SURE, sampleTrimap, trimapFromAlpha } from '../../src/training/data/random-trimap.js';
import { Random } from '../../src/training/random.js';
import { synthesise } from '../../src/training/synthesis/synthesise.js';

const SIDE = 64;
const SIZE = { width: SIDE, height: SIDE };

function alphaOf(seed: number): Float32Array {
  const { rgba } = synthesise('fur', new Random(seed), { side: SIDE, photographs: [] });
  return Float32Array.from({ length: SIDE * SIDE }, (_, i) => rgba[4 * i + 3]! / 255);
}

/** Known only where every pixel of the disc is sure. */
function slowTrimap(alpha: Float32Array, widths: { foreground: number; background: number }): Uint8Array {
  const sure = (x: number, y: number, width: number, holds: (alpha: number) => boolean): boolean => {
    for (let v = 0; v < SIDE; v++) {
      for (let u = 0; u < SIDE; u++) {
        if ((u - x) ** 2 + (v - y) ** 2 <= width ** 2 && !holds(alpha[v * SIDE + u]!)) return false;
      }
    }
    return true;
  };
  return Uint8Array.from(alpha, (_, i) => {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    if (sure(x, y, widths.foreground, (value) => value >= Math.fround(SURE.foreground))) return 255;
    return sure(x, y, widths.background, (value) => value <= SURE.background) ? 0 : 128;
  });
}

describe('trimaps made from alpha', () => {
  it('are what a disc that misses nothing unsure leaves', () => {
    for (const [seed, widths] of [
      [1, { foreground: 2, background: 5 }],
      [2, { foreground: 6.5, background: 1 }],
    ] as const) {
      const alpha = alphaOf(seed);
      const trimap = new Uint8Array(alpha.length);
      trimapFromAlpha(trimap, alpha, SIZE, widths);
      expect(trimap).toEqual(slowTrimap(alpha, widths));
    }
  });

  it('never contradict alpha, whatever is forgotten', () => {
    const random = new Random(5);
    for (let seed = 0; seed < 30; seed++) {
      const alpha = alphaOf(seed);
      const trimap = new Uint8Array(alpha.length);
      sampleTrimap(trimap, alpha, SIDE, { trimaps: 'random', forget: 0.5 }, random);
      for (let i = 0; i < alpha.length; i++) {
        if (trimap[i] === 255) expect(alpha[i]).toBeGreaterThanOrEqual(0.98);
        else if (trimap[i] === 0) expect(alpha[i]).toBeLessThanOrEqual(0.02);
        else expect(trimap[i]).toBe(128);
      }
    }
  });

  it('lack known foreground, known background or both as often as said', () => {
    const random = new Random(6);
    const counts = { neither: 0, background: 0, foreground: 0, both: 0 };
    const side = 16;
    const halves = Float32Array.from({ length: side * side }, (_, i) => (i % side < side / 2 ? 0 : 1));
    const trimap = new Uint8Array(halves.length);
    for (let k = 0; k < 3000; k++) {
      sampleTrimap(trimap, halves, side, { trimaps: 'random', forget: 0.15 }, random);
      expect(trimap).toContain(128);
      const [dark, light] = [trimap.includes(0), trimap.includes(255)];
      counts[dark ? (light ? 'both' : 'background') : light ? 'foreground' : 'neither'] += 1;
    }
    for (const kind of ['neither', 'background', 'foreground'] as const) {
      expect(counts[kind] / 3000).toBeGreaterThan(0.03);
      expect(counts[kind] / 3000).toBeLessThan(0.07);
    }
  });

  it('follow from alpha alone where they are to be narrow', () => {
    const alpha = alphaOf(4);
    const made = [1, 2, 3].map((seed) => {
      const trimap = new Uint8Array(alpha.length);
      sampleTrimap(trimap, alpha, SIDE, { trimaps: 'narrow', forget: 1 }, new Random(seed));
      return trimap;
    });
    const one = slowTrimap(alpha, { foreground: 1, background: 1 });
    for (const trimap of made) expect(trimap).toEqual(one);
  });
});
