import type { Ffmpeg } from '../ffmpeg/tools.js';
import { openClip, type Clip } from '../ingest/clip.js';
import type { EncodingPlan } from '../output/encoding-plan.js';
import type { OutputSource, OutputTarget } from '../output/output-target.js';
import { planSegments } from '../output/segment-sink.js';
import { cutSegments, type Segment } from '../output/segment.js';
import { openFfmpeg } from './open-ffmpeg.js';
import { segmentLength, type MatteVideoOptions } from './options.js';
import { outputSource, outputTarget } from './output-of.js';
import { trimapChoice } from './trimap-options.js';

/** A run that is made in segments. */
export interface SegmentedRun {
  readonly source: OutputSource;
  readonly target: OutputTarget;
  /** Of the whole output. */
  readonly plan: EncodingPlan;
  readonly segments: readonly Segment[];
  /** When the run's first frame is shown, in the source's ticks; undefined where that is seen only once it is decoded. */
  readonly zeroTicks: number | undefined;
}

/** How a run is made in segments; undefined for one that is made in one go. @throws as `outputSource` and `planSegments` do */
export async function planRun(
  options: MatteVideoOptions,
  { ffmpeg, clip }: { readonly ffmpeg: Ffmpeg; readonly clip: Clip },
  signal: AbortSignal,
): Promise<SegmentedRun | undefined> {
  const length = segmentLength(options);
  if (length === 0 || clip.frameCount <= length) return undefined;
  const source = outputSource(clip, options.timecode);
  const target = outputTarget(options);
  const plan = await planSegments(ffmpeg, source, target, signal);
  if (!plan) return undefined;
  const zeroTicks = clip.kind === 'sequence' ? clip.input.tickOffset : clip.ticks?.[0];
  return { source, target, plan, segments: cutSegments(clip.frameCount, length), zeroTicks };
}

/**
 * In how many segments a clip can be made, each by a process that knows nothing of the others; 1 for one that has to be made
 * in one go. Reads the clip's headers and packets.
 *
 * @throws as `openClip` does
 */
export async function countSegments(options: MatteVideoOptions): Promise<number> {
  const { input, signal = new AbortController().signal } = options;
  // A plate's camera is followed from the first frame on: a process that begins later would have to do that again.
  if (trimapChoice(options).kind === 'plate') return 1;
  const ffmpeg = await openFfmpeg(options, signal);
  const clip = await openClip(ffmpeg, input, { ...options, signal });
  const run = await planRun(options, { ffmpeg, clip }, signal);
  return run?.zeroTicks === undefined ? 1 : run.segments.length;
}
