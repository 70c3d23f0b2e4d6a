import { describe, expect, it } from 'vitest';
import { madeClip, type FixtureKind } from '../../fixtures/clip.js';
import { isCut } from '../../src/trimap/cut.js';

const size = { width: 96, height: 64 };

async function frame(kind: FixtureKind, index: number): Promise<Uint8Array> {
  return (await madeClip(kind, { ...size, frames: 48, seed: 3 }).frame(index)).rgb;
}

describe('isCut', () => {
  it.each(['hair', 'soft', 'veil'] as const)(
    'takes motion and a change of light for no cut: %s',
    async (kind) => {
      const [earlier, later] = [await frame(kind, 4), await frame(kind, 7)];
      expect(isCut(earlier, later, size)).toBe(false);
      const brighter = later.map((value) => Math.min(255, 1.1 * value + 5));
      expect(isCut(earlier, brighter, size)).toBe(false);
    },
  );

  it('finds another scene, whichever comes first', async () => {
    const [lion, butterfly, jellyfish] = [
      await frame('hair', 4),
      await frame('soft', 5),
      await frame('veil', 5),
    ];
    for (const [earlier, later] of [
      [lion, butterfly],
      [butterfly, lion],
      [butterfly, jellyfish],
    ] as const)
      expect(isCut(earlier, later, size)).toBe(true);
  });
});
