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

/** What two more keyframes leave wrong: the suggested ones, and two that divide the clip evenly. */
async function compare(
  kind: FixtureKind,
  staging: StagingName,
): Promise<{ suggested: number; even: number }> {
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
  return {
    suggested: await withThese(suggestKeyframes(judged, PAINTED, 2)),
    even: await withThese([20, 40]),
  };
}

// Where evenly spaced ones leave next to nothing, there is nothing to choose.
it(
  'two suggested keyframes help more than two evenly spaced: on two of three clips, and on all together',
  {
    timeout: 300_000,
  },
  async () => {
    const compared = [
      await compare('hair', 'visit'),
      await compare('hair', 'occlusion'),
      await compare('veil', 'rotation'),
    ];
    expect(compared.filter(({ suggested, even }) => suggested < even).length).toBeGreaterThanOrEqual(2);
    const total = (of: 'suggested' | 'even'): number => compared.reduce((sum, one) => sum + one[of], 0);
    expect(total('suggested')).toBeLessThan(0.9 * total('even'));
  },
);
