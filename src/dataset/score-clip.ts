import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { ClipMeans } from '../evaluation/video/clip-results.js';
import { evaluateClip } from '../evaluation/video/evaluate-clip.js';
import { finishedMattes } from '../evaluation/video/finished-mattes.js';
import { openTruthClip } from '../evaluation/video/truth-clip.js';
import { propagateClip } from '../pipeline/propagate-clip.js';
import type { RunOptions } from '../pipeline/options.js';
import type { LocatedClip } from './clip-key.js';

/**
 * Scores a finished matte against its clip's exact alpha, over the trimaps' unknown region, as `matteflow eval` does.
 *
 * @param matte - the published output
 * @throws MatteflowError as `openTruthClip`, `propagateClip` and `evaluateClip` do
 */
export async function scoreClip(
  ffmpeg: Ffmpeg,
  { entry, input, trimaps, truth }: LocatedClip,
  matte: string,
  tools: Pick<RunOptions, 'ffmpegPath' | 'ffprobePath'>,
  signal: AbortSignal,
): Promise<ClipMeans> {
  const { name } = entry;
  // Whoever has a truth has painted trimaps.
  const painted = trimaps.trimaps!;
  const truthClip = await openTruthClip(
    ffmpeg,
    { name, input, alphaFolder: truth!, trimapFolder: painted },
    signal,
  );
  const method = finishedMattes(ffmpeg, { name: 'matte', path: matte, ofSet: false });
  const scratch = await mkdtemp(join(tmpdir(), 'matteflow-score-'));
  try {
    let everyTrimap = painted;
    if (truthClip.painted.length < truthClip.clip.frameCount) {
      everyTrimap = join(scratch, 'trimaps');
      await propagateClip({ ...tools, input, trimaps: painted, output: everyTrimap, signal });
    }
    const { methods } = await evaluateClip(ffmpeg, truthClip, [method], { trimaps: everyTrimap, signal });
    return methods.matte!.mean;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
