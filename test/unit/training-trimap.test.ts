import { describe, expect, it } from 'vitest';
import { anyWidths, forgetKnown, SURE, trimapFromAlpha } from '../../src/training/data/random-trimap.js';
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
      trimapFromAlpha(trimap, alpha, SIZE, anyWidths(random, SIDE));
      forgetKnown(trimap, random);
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
    for (let k = 0; k < 3000; k++) {
      const trimap = Uint8Array.from([0, 128, 255]);
      forgetKnown(trimap, random);
      expect(trimap[1]).toBe(128);
      const [dark, light] = [trimap[0] === 0, trimap[2] === 255];
      counts[dark ? (light ? 'both' : 'background') : light ? 'foreground' : 'neither'] += 1;
    }
    for (const kind of ['neither', 'background', 'foreground'] as const) {
      expect(counts[kind] / 3000).toBeGreaterThan(0.03);
      expect(counts[kind] / 3000).toBeLessThan(0.07);
    }
  });
});
