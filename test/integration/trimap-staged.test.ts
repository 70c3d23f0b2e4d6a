import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { madeClip, type FixtureClip, type FixtureKind } from '../../fixtures/clip.js';
import type { StagingName } from '../../fixtures/staging.js';
import { keyframeTrimap } from '../../fixtures/trimap.js';
import {
  bandQuality,
  countBand,
  meanBandQuality,
  type BandQuality,
} from '../../src/evaluation/video/band-quality.js';
import { allocateFlow, FlowEstimator } from '../../src/trimap/flow.js';
import { halfSize } from '../../src/trimap/picture.js';
import { propagateTrimaps, type FlowsEstimate, type Picture } from '../../src/trimap/propagate.js';

/** No constant of propagation was chosen on these, nor at this size. */
const CLIP = { width: 192, height: 108, frames: 31, seed: 23 } as const;

interface Drawn {
  readonly clip: FixtureClip;
  readonly pictures: readonly Picture[];
  readonly alphas: readonly Uint8Array[];
}

async function draw(kind: FixtureKind, staging: StagingName): Promise<Drawn> {
  const clip = madeClip(kind, { ...CLIP, staging });
  const frames = await Promise.all(Array.from({ length: CLIP.frames }, (_, index) => clip.frame(index)));
  return {
    clip,
    pictures: frames.map(({ rgb }, index) => ({ index, rgb })),
    alphas: frames.map(({ alpha }) => alpha),
  };
}

function flowEstimate(): FlowsEstimate {
  const half = halfSize(CLIP);
  const estimator = new FlowEstimator(half);
  const flows = { forward: allocateFlow(half), backward: allocateFlow(half) };
  return (earlier, later) => {
    estimator.estimateBoth(flows.forward, flows.backward, earlier, later);
    return Promise.resolve(flows);
  };
}

/** The mean over the propagated frames. */
async function propagated({ pictures, alphas }: Drawn, painted: readonly number[]): Promise<BandQuality> {
  const keyframes = painted.map((index) => ({ index, trimap: keyframeTrimap(alphas[index]!, CLIP) }));
  const qualities: BandQuality[] = [];
  const options = {
    size: CLIP,
    estimateFlows: flowEstimate(),
    signal: new AbortController().signal,
    temporaryFolder: tmpdir(),
  };
  async function* inOrder(): AsyncGenerator<Picture> {
    for (const picture of pictures) yield await Promise.resolve(picture);
  }
  for await (const { index, trimap } of propagateTrimaps(inOrder(), keyframes, options)) {
    if (painted.includes(index)) continue;
    const truth = Float32Array.from(alphas[index]!, (value) => value / 255);
    qualities.push(bandQuality(countBand(trimap, truth)));
  }
  return meanBandQuality(qualities);
}

// A subject that comes in needs a keyframe in which it is there.
it.each<[FixtureKind, StagingName, number[]]>([
  ['hair', 'rotation', [0, 30]],
  ['hair', 'occlusion', [0, 30]],
  ['soft', 'occlusion', [0, 30]],
  ['veil', 'pan', [0, 30]],
  ['soft', 'dash', [0, 30]],
  ['soft', 'visit', [0, 15, 30]],
])('%s, %s: trimaps hold the exact alpha', { timeout: 120_000 }, async (kind, staging, painted) => {
  const quality = await propagated(await draw(kind, staging), painted);
  expect(quality.covered).toBeGreaterThanOrEqual(0.98);
  expect(quality.wrong).toBeLessThanOrEqual(0.002);
  expect(quality.overMixed).toBeLessThanOrEqual(6);
});
