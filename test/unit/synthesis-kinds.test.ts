import { describe, expect, it } from 'vitest';
import type { Background } from '../../src/training/foreground.js';
import { Random } from '../../src/training/random.js';
import { backdrop } from '../../src/training/synthesis/backdrop.js';
import { SYNTHESIS_KINDS, type SynthesisKind } from '../../src/training/synthesis/kinds.js';
import { drawLayer, synthesise } from '../../src/training/synthesis/synthesise.js';

const PHOTOGRAPHS: readonly Background[] = [1, 2].map((seed) => backdrop(new Random(seed), 96));

/** Kinds whose alpha is a field, not coverage: the same whatever the supersampling. */
const FIELDS: readonly SynthesisKind[] = ['smoke'];

describe.each(SYNTHESIS_KINDS)('drawing %s', (kind) => {
  it('is the same for the same random numbers, and another for others', () => {
    const draw = (seed: number): Uint8Array =>
      synthesise(kind, new Random(seed), { side: 96, photographs: PHOTOGRAPHS }).rgba;
    expect(Buffer.compare(draw(3), draw(3))).toBe(0);
    expect(Buffer.compare(draw(3), draw(4))).not.toBe(0);
  });

  it('has soft pixels, and needs no photographs', () => {
    const { rgba, width, height } = synthesise(kind, new Random(11), { side: 128, photographs: [] });
    expect([width, height]).toEqual([128, 128]);
    let soft = 0;
    for (let i = 3; i < rgba.length; i += 4) if (rgba[i]! > 5 && rgba[i]! < 250) soft += 1;
    expect(soft).toBeGreaterThan(0.004 * 128 * 128);
  });

  it('never has more colour than alpha, nor anything that is no number', () => {
    for (let seed = 20; seed < 26; seed++) {
      const { rgba } = drawLayer(kind, { random: new Random(seed), side: 96, photographs: PHOTOGRAPHS });
      let worst = 0;
      for (let i = 0; i < rgba.length; i += 4) {
        const alpha = rgba[i + 3]!;
        for (let c = i; c < i + 3; c++) worst = Math.max(worst, rgba[c]! - alpha, -rgba[c]!);
        worst = Math.max(worst, alpha - 1, -alpha);
      }
      // A NaN fails here too: it is not less than anything.
      expect(rgba.reduce((sum, value) => sum + value)).not.toBeNaN();
      expect(worst).toBeLessThan(1e-5);
    }
  });

  it.skipIf(FIELDS.includes(kind))('agrees with a drawing of 16 × 16 cells a pixel', () => {
    for (let seed = 30; seed < 33; seed++) {
      const draw = (supersampling?: number): Float32Array =>
        drawLayer(kind, {
          random: new Random(seed),
          side: 64,
          photographs: PHOTOGRAPHS,
          ...(supersampling !== undefined && { supersampling }),
        }).rgba;
      const [usual, fine] = [draw(), draw(16)];
      let [difference, soft] = [0, 0];
      for (let i = 0; i < usual.length; i += 4) {
        if (fine[i + 3]! < 0.01 || fine[i + 3]! > 0.99) continue;
        soft += 1;
        for (let c = i; c < i + 4; c++) difference += Math.abs(usual[c]! - fine[c]!) / 4;
      }
      // Strands that cross within a cell are taken for unrelated; that is all that is left.
      expect(difference / Math.max(1, soft)).toBeLessThan(0.025);
    }
  });
});
