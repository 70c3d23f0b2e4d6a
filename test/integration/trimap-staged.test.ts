import { expect, it } from 'vitest';
import type { FixtureKind } from '../../fixtures/clip.js';
import type { StagingName } from '../../fixtures/staging.js';
import { bandQuality, meanBandQuality, type BandQuality } from '../../src/evaluation/video/band-quality.js';
import { drawStaged, propagated } from '../support/staged-clip.js';

const FRAMES = 31;

// A subject that comes in needs a keyframe in which it is there.
it.each<[FixtureKind, StagingName, number[]]>([
  ['hair', 'rotation', [0, 30]],
  ['hair', 'occlusion', [0, 30]],
  ['soft', 'occlusion', [0, 30]],
  ['veil', 'pan', [0, 30]],
  ['soft', 'dash', [0, 30]],
  ['soft', 'visit', [0, 15, 30]],
])('%s, %s: trimaps hold the exact alpha', { timeout: 120_000 }, async (kind, staging, painted) => {
  const quality = await qualityOf(kind, staging, painted);
  expect(quality.covered).toBeGreaterThanOrEqual(0.98);
  expect(quality.wrong).toBeLessThanOrEqual(0.002);
  expect(quality.overMixed).toBeLessThanOrEqual(6);
});

it.each<[FixtureKind, StagingName]>([
  ['hair', 'pan'],
  ['hair', 'rotation'],
  ['hair', 'occlusion'],
  ['veil', 'rotation'],
  ['veil', 'occlusion'],
])('%s, %s: trimaps of one keyframe hold it for a while', { timeout: 120_000 }, async (kind, staging) => {
  const quality = await qualityOf(kind, staging, [0]);
  expect(quality.covered).toBeGreaterThanOrEqual(0.95);
  expect(quality.wrong).toBeLessThanOrEqual(0.005);
  expect(quality.overMixed).toBeLessThanOrEqual(8);
});

async function qualityOf(
  kind: FixtureKind,
  staging: StagingName,
  painted: readonly number[],
): Promise<BandQuality> {
  const qualities: BandQuality[] = [];
  for await (const { index, counts } of propagated(await drawStaged(kind, staging, FRAMES), painted)) {
    if (!painted.includes(index)) qualities.push(bandQuality(counts));
  }
  return meanBandQuality(qualities);
}
