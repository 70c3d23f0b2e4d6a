import { identity, lastValueFrom, tap } from 'rxjs';
import { closeAll, type Closer } from '../core/closers.js';
import { FramePool } from '../core/frame-pool.js';
import type { FrameScale } from '../core/frame.js';
import { fromPull } from '../core/pull.js';
import { coreCount } from '../core/thread.js';
import { openClip } from '../ingest/clip.js';
import type { Span } from '../ingest/clip-part.js';
import { nullSink } from '../output/null-sink.js';
import type { OutputSummary } from '../output/sink.js';
import { chooseView } from '../matting/viewing.js';
import { allKnownError } from '../trimap/trimap.js';
import { whileThereIsRoom } from './disk-room.js';
import { startKernels, type Kernels } from './kernels.js';
import { startNetworks } from './networks.js';
import { openFfmpeg } from './open-ffmpeg.js';
import {
  networkSettings,
  stage1Scale,
  type MatteFramesOptions,
  type MatteVideoOptions,
  type PriorKind,
} from './options.js';
import { progressMeter } from './progress.js';
import { openPartOutput, type MattedPart, type PartOfRun } from './part-output.js';
import { openRunOutput, plainOutput, type OutputParts, type RunOutput } from './run-output.js';
import { RunRecorder } from './run-recorder.js';
import { batchEnds, framesOf, readSpans, segmentEnds } from './spans.js';
import { StageClock, type StageSeconds } from './stage-clock.js';
import type { SegmentRecord } from './segment-folder.js';
import * as stage from './stages.js';
import { FRAMES_STEADYING, startSteadier, steadyAlpha, steadyStrength } from './steady.js';
import { count, type Tally } from './tally.js';
import { openTrimapSource } from './open-trimap-source.js';
import { trimapChoice } from './trimap-options.js';

/** What a run made. */
export interface MatteVideoResult {
  readonly output: string;
  readonly frames: number;
  /** Those of them that an earlier run had finished. */
  readonly kept: number;
  /** Numbers of the frames, of those made now, that were damaged and show an earlier one. */
  readonly held: readonly number[];
  /** Pixels of unknown alpha in the frames made now. */
  readonly unknown: number;
  /** Frames a second of the matting itself: decode and encode included, the trimap pass and start-up not. */
  readonly fps: number;
  /** Wall-clock seconds of the whole call. */
  readonly seconds: number;
  readonly engine: string;
  readonly device: string;
  readonly model: string;
  /** Seconds each stage was at work. They overlap, so they do not add up to `seconds`. */
  readonly stages: StageSeconds;
}

/** Frames that may be in flight beyond those a batch holds: one in each stage that is not the network. */
const FRAMES_BETWEEN = 6;
/** Frames whose tiles may share batches where batches must not follow the pace; fewer than there are in flight. */
const FRAMES_TOGETHER = 4;

/**
 * Mattes a clip: decodes it, brings the trimaps to every frame, runs both network stages, estimates the subject's
 * colour, encodes. The output appears under its name only when it is complete.
 *
 * @throws MatteflowError with a code for every input that can be wrong; `ABORTED` when the signal fires, after both
 *   ffmpeg processes and all threads have ended and the temporary output is gone
 */
export function matteVideo(options: MatteVideoOptions): Promise<MatteVideoResult> {
  return matteInto(options, (parts) => openRunOutput(options, parts));
}

/**
 * Mattes some segments of a clip that is made in segments, and leaves them in a folder for `joinSegments`: what several
 * processes have made so is, joined, the same as what one call of `matteVideo` makes.
 *
 * @throws MatteflowError as `matteVideo` does; `USAGE` when the clip does not have these segments
 */
export async function matteSegments(options: MatteVideoOptions, part: PartOfRun): Promise<MattedPart> {
  const segments: SegmentRecord[] = [];
  const { seconds, engine, device, unknown } = await matteInto(options, (parts) =>
    openPartOutput(options, parts, part, (record) => segments.push(record)),
  );
  return { segments, seconds, engine, device, unknown };
}

/** The same without an output: `onFrame` is all that sees the frames. @throws as `matteVideo` does */
export function matteFrames(options: MatteFramesOptions): Promise<Omit<MatteVideoResult, 'output'>> {
  return matteInto(options, ({ clip }) => Promise.resolve(plainOutput(nullSink(), clip.frameCount)));
}

/** The run, whatever its output. */
async function matteInto(
  options: MatteFramesOptions,
  openOutput: (parts: OutputParts) => Promise<RunOutput>,
): Promise<MatteVideoResult> {
  const started = performance.now();
  const cores = coreCount();
  const settings = networkSettings(options, cores);
  const choice = trimapChoice(options);
  const { signal = new AbortController().signal, onNotice } = options;
  const clock = new StageClock();
  const closers: Closer[] = [];
  let finished = false;
  try {
    const ffmpeg = await openFfmpeg(options, signal);
    const clip = await openClip(ffmpeg, options.input, { ...options, signal });
    clip.notices.forEach((notice) => onNotice?.(notice));
    const strength = steadyStrength(options, clip.frameCount);

    const kernels = startKernels(Math.min(cores, 4), clock, signal);
    closers.push(() => kernels.close());
    const networks = await startNetworks(settings, { clock, signal, onNotice });
    closers.push(() => networks.close());
    const output = await openOutput({ ffmpeg, clip, choice, networks, settings, signal });
    closers.push(() => output.close(finished));

    const { sink, segmented, report } = output;
    const recorder = report && new RunRecorder(clip.format, report.pieces, report.store, { clock, signal });
    if (recorder) closers.push(() => recorder.close());
    const kept = clip.frameCount - framesOf(output.missing());
    const line: Line = {
      ...{ options, choice, ffmpeg, clip, output, kernels, networks, clock, signal, kept },
      scale: stage1Scale(settings, clip.format),
      view: chooseView(options.view ?? 'auto', clip.format),
      prior: settings.prior ?? 'quarter',
      strength,
      recorder,
      tally: { unknown: 0, held: [] },
    };
    const matteStarted = performance.now();
    const toTheEnd = async (): Promise<OutputSummary> => {
      const spans = output.missing();
      if (spans.length > 0) await matteSpans(line, spans);
      if (kept === 0 && line.tally.unknown === 0) throw allKnownError(choice.path);
      return sink.finish();
    };
    const { path, frames, notices } = segmented
      ? await whileThereIsRoom(segmented.folder, toTheEnd, () => sink.abort(), { signal, onNotice })
      : await toTheEnd();
    if (recorder) await report.tell(await recorder.report(await report.settings()));
    finished = true;
    const { held } = line.tally;
    if (held.length > 0) onNotice?.(`Damaged frames show the one before them: ${held.join(', ')}.`);
    notices.forEach((notice) => onNotice?.(notice));
    const ended = performance.now();
    return {
      output: path,
      frames,
      kept,
      held,
      unknown: line.tally.unknown,
      fps: (1000 * (frames - kept)) / (ended - matteStarted),
      seconds: (ended - started) / 1000,
      engine: networks.engine,
      device: networks.device,
      model: networks.model.name,
      stages: clock.seconds,
    };
  } finally {
    await closeAll(closers);
  }
}

/** What all frames of a run go through. */
interface Line extends Omit<OutputParts, 'settings'> {
  readonly options: MatteFramesOptions;
  readonly output: RunOutput;
  readonly kernels: Kernels;
  readonly clock: StageClock;
  readonly scale: FrameScale;
  readonly view: ReturnType<typeof chooseView>;
  readonly prior: PriorKind;
  /** How much alpha is steadied, if it is. */
  readonly strength: number | undefined;
  /** Watches the frames for the run's report, if one is wanted. */
  readonly recorder: RunRecorder | undefined;
  /** Frames that an earlier run has finished. */
  readonly kept: number;
  readonly tally: Tally;
}

/** Takes the frames of some spans from decoding to encoding. */
async function matteSpans(line: Line, spans: readonly Span[]): Promise<void> {
  const { options, choice, ffmpeg, clip, output, networks, clock, signal, tally } = line;
  const { scale, view, strength, recorder } = line;
  const { sink, segmented } = output;
  const closers: Closer[] = [];
  try {
    const { salvage = false } = options;
    const keepIn = segmented?.trimapFolder;
    const needed = { keepIn, spans: keepIn === undefined ? spans : undefined };
    const trimaps = await openTrimapSource(ffmpeg, clip, choice, { ...options, ...needed }, clock, signal);
    closers.push(() => trimaps.close());
    const inBatch = networks.batches.stage1.size;
    const pool = new FramePool(clip.format, {
      size: inBatch + FRAMES_BETWEEN + (strength === undefined ? 0 : FRAMES_STEADYING),
      ...{ packedBytes: sink.packedBytes, scale, view },
    });
    const endsBatch = segmented && batchEnds(segmented.segments, Math.max(inBatch, FRAMES_TOGETHER));
    const workshop = { ...line, pool, endsBatch };
    const before = clip.frameCount - framesOf(spans);
    const progress = progressMeter('matte', options.onProgress, before);
    const clipFrames = fromPull(
      (left) => readSpans(ffmpeg, clip, spans, pool, { salvage, signal: AbortSignal.any([left, signal]) }),
      (frame) => frame.release(),
    );
    closers.push(clipFrames.closed);

    const steadier = strength === undefined ? undefined : startSteadier(clip.format, strength, clock, signal);
    if (steadier) closers.push(() => steadier.close());
    const endsWindow = segmented ? segmentEnds(segmented.segments) : () => false;

    const matted = clipFrames.items.pipe(
      stage.attachTrimap(trimaps, ({ index }, confidence) => recorder?.confidence(index, confidence)),
      stage.planTiles(workshop),
      tap(({ frame, unknown }) => count(tally, frame, unknown)),
      stage.solvePrior(workshop, line.prior),
      stage.infer(workshop, 'stage1'),
      stage.infer(workshop, 'stage2'),
      stage.assembleAlpha(),
    );
    const finished = matted.pipe(
      steadier ? steadyAlpha(steadier, endsWindow) : identity,
      stage.show(recorder && ((frame) => recorder.observe(frame))),
      stage.estimateForeground(workshop, options.foreground ?? 'fine'),
      stage.show(recorder && ((frame) => recorder.show(frame))),
      stage.show(options.onFrame),
    );
    const encoded = finished.pipe(
      stage.pack(workshop, sink),
      stage.encode(workshop, sink),
      tap((done) => progress(before + done, clip.frameCount)),
    );
    await lastValueFrom(encoded);
  } finally {
    await closeAll(closers);
  }
}
