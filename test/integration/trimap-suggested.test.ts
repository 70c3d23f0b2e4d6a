import { expect, it } from 'vitest';
import type { FixtureKind } from '../../fixtures/clip.js';
import type { StagingName } from '../../fixtures/staging.js';
import { suggestKeyframes, type JudgedFrame } from '../../src/trimap/suggest.js';
import { drawStaged, propagated, type StagedClip } from '../support/staged-clip.js';

const FRAMES = 61;
const PAINTED = [0, FRAMES - 1];

/** Known pixels that contradict the exact alpha, in all frames. */
async function wrongPixels(clip: StagedClip, painted: readonly number[]): Promise<number> {
  let wrong = 0;
  for await (const { counts } of propagated(clip, painted)) {
    wrong += counts.wrongForeground + counts.wrongBackground;
  }
  return wrong;
}

it.each<[FixtureKind, StagingName]>([
  ['hair', 'visit'],
  ['hair', 'occlusion'],
  ['veil', 'rotation'],
])(
  '%s, %s: two suggested keyframes help more than two evenly spaced',
  { timeout: 180_000 },
  async (kind, staging) => {
    const clip = await drawStaged(kind, staging, FRAMES);
    const judged: JudgedFrame[] = [];
    for await (const { index, confidence } of propagated(clip, PAINTED)) {
      if (!PAINTED.includes(index)) judged.push({ frame: index, confidence });
    }
    const withThese = (extra: readonly number[]): Promise<number> =>
      wrongPixels(
        clip,
        [...PAINTED, ...extra].sort((a, b) => a - b),
      );
    const suggested = await withThese(suggestKeyframes(judged, PAINTED, 2));
    const even = await withThese([20, 40]);
    expect(suggested).toBeLessThan(even);
  },
);
