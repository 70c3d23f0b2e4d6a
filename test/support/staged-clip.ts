import { tmpdir } from 'node:os';
import { madeClip, type FixtureKind } from '../../fixtures/clip.js';
import type { StagingName } from '../../fixtures/staging.js';
import { keyframeTrimap } from '../../fixtures/trimap.js';
import { countBand, type BandCounts } from '../../src/evaluation/video/band-quality.js';
import { allocateFlow, FlowEstimator } from '../../src/trimap/flow.js';
import { halfSize } from '../../src/trimap/picture.js';
import { propagateTrimaps, type FlowsEstimate, type Picture } from '../../src/trimap/propagate.js';

/** No constant of propagation was chosen on these, nor at this size. */
const CLIP = { width: 192, height: 108, seed: 23 } as const;

/** A clip drawn into memory with its exact alpha. */
export interface StagedClip {
  readonly pictures: readonly Picture[];
  readonly alphas: readonly Uint8Array[];
}

/** A frame's trimap beside the exact alpha. */
export interface JudgedTrimap {
  readonly index: number;
  readonly confidence: number;
  readonly counts: BandCounts;
}

/** Draws a subject in an action of 30 frames; a longer clip goes on without it. */
export async function drawStaged(
  kind: FixtureKind,
  staging: StagingName,
  frames: number,
): Promise<StagedClip> {
  const clip = madeClip(kind, { ...CLIP, frames, staging });
  const drawn = await Promise.all(Array.from({ length: frames }, (_, index) => clip.frame(index)));
  return {
    pictures: drawn.map(({ rgb }, index) => ({ index, rgb })),
    alphas: drawn.map(({ alpha }) => alpha),
  };
}

/** Propagates the trimaps of painted frames; all frames in order. */
export async function* propagated(
  { pictures, alphas }: StagedClip,
  painted: readonly number[],
): AsyncGenerator<JudgedTrimap> {
  const keyframes = painted.map((index) => ({ index, trimap: keyframeTrimap(alphas[index]!, CLIP) }));
  async function* inOrder(): AsyncGenerator<Picture> {
    for (const picture of pictures) yield await Promise.resolve(picture);
  }
  const options = {
    size: CLIP,
    estimateFlows: flowEstimate(),
    signal: new AbortController().signal,
    temporaryFolder: tmpdir(),
  };
  for await (const { index, trimap, confidence } of propagateTrimaps(inOrder(), keyframes, options)) {
    const truth = Float32Array.from(alphas[index]!, (value) => value / 255);
    yield { index, confidence, counts: countBand(trimap, truth) };
  }
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
