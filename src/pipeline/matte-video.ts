import { lastValueFrom, tap } from 'rxjs';
import { FramePool } from '../core/frame-pool.js';
import { fromPull } from '../core/pull.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import { openClip, type Clip } from '../ingest/clip.js';
import { readFrames } from '../ingest/read-frames.js';
import { nullSink } from '../output/null-sink.js';
import { openSink } from '../output/open-sink.js';
import type { FrameSink } from '../output/sink.js';
import { allKnownError } from '../trimap/trimap.js';
import { chooseView } from '../matting/viewing.js';
import { closeAll, type Closer } from '../core/closers.js';
import { startKernels } from './kernels.js';
import { startNetworks } from './networks.js';
import { openFfmpeg } from './open-ffmpeg.js';
import { networkSettings, stage1Scale, type MatteFramesOptions, type MatteVideoOptions } from './options.js';
import { outputSource, outputTarget } from './output-of.js';
import { progressMeter } from './progress.js';
import { StageClock, type StageSeconds } from './stage-clock.js';
import * as stage from './stages.js';
import { coreCount } from '../core/thread.js';
import { openTrimaps } from './trimaps.js';

/** What a run made. */
export interface MatteVideoResult {
  readonly output: string;
  readonly frames: number;
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

/**
 * Mattes a clip: decodes it, brings the trimaps to every frame, runs both network stages, estimates the subject's
 * colour, encodes. The output appears under its name only when it is complete.
 *
 * @throws MatteflowError with a code for every input that can be wrong; `ABORTED` when the signal fires, after both
 *   ffmpeg processes and all threads have ended and the temporary output is gone
 */
export function matteVideo(options: MatteVideoOptions): Promise<MatteVideoResult> {
  return matteInto(options, (ffmpeg, clip, signal) =>
    openSink(ffmpeg, outputSource(clip, options.timecode), outputTarget(options), signal),
  );
}

/** The same without an output: `onFrame` is all that sees the frames. @throws as `matteVideo` does */
export function matteFrames(options: MatteFramesOptions): Promise<Omit<MatteVideoResult, 'output'>> {
  return matteInto(options, () => Promise.resolve(nullSink()));
}

/** The run, whatever its output. */
async function matteInto(
  options: MatteFramesOptions,
  openOutput: (ffmpeg: Ffmpeg, clip: Clip, signal: AbortSignal) => Promise<FrameSink>,
): Promise<MatteVideoResult> {
  const started = performance.now();
  const cores = coreCount();
  const settings = networkSettings(options, cores);
  const { signal = new AbortController().signal } = options;
  const clock = new StageClock();
  const closers: Closer[] = [];
  try {
    const ffmpeg = await openFfmpeg(options, signal);
    const clip = await openClip(ffmpeg, options.input, { ...options, signal });
    clip.notices.forEach((notice) => options.onNotice?.(notice));

    const kernels = startKernels(Math.min(cores, 4), clock, signal);
    closers.push(() => kernels.close());
    const scale = stage1Scale(settings, clip.format);
    const view = chooseView(options.view ?? 'auto', clip.format);
    const networks = await startNetworks(settings, { clock, signal, onNotice: options.onNotice });
    closers.push(() => networks.close());
    const sink = await openOutput(ffmpeg, clip, signal);
    closers.push(() => sink.abort());
    const trimaps = await openTrimaps(ffmpeg, clip, options.trimaps, options, clock, signal);
    closers.push(() => trimaps.close());

    const size = networks.batches.stage1.size + FRAMES_BETWEEN;
    const pool = new FramePool(clip.format, {
      size,
      packedBytes: sink.packedBytes,
      scale,
      view,
    });
    const workshop = { kernels, networks, pool, clock, signal };
    const progress = progressMeter('matte', options.onProgress);
    const clipFrames = fromPull(
      (left) => readFrames(ffmpeg, clip, pool, AbortSignal.any([left, signal])),
      (frame) => frame.release(),
    );
    closers.push(clipFrames.closed);

    let unknown = 0;
    const matteStarted = performance.now();
    const matted = clipFrames.items.pipe(
      stage.attachTrimap(trimaps),
      stage.planTiles(workshop),
      tap((frame) => (unknown += frame.unknown)),
      stage.solvePrior(workshop, settings.prior ?? 'quarter'),
      stage.infer(workshop, 'stage1'),
      stage.infer(workshop, 'stage2'),
      stage.assembleAlpha(),
      stage.estimateForeground(workshop),
    );
    const encoded = matted.pipe(
      stage.show(options.onFrame),
      stage.pack(workshop, sink),
      stage.encode(workshop, sink),
      tap((done) => progress(done, clip.frameCount)),
    );
    await lastValueFrom(encoded);
    if (unknown === 0) throw allKnownError(options.trimaps);

    const { path, frames, notices } = await sink.finish();
    notices.forEach((notice) => options.onNotice?.(notice));
    const finished = performance.now();
    return {
      output: path,
      frames,
      fps: (1000 * frames) / (finished - matteStarted),
      seconds: (finished - started) / 1000,
      engine: networks.engine,
      device: networks.device,
      model: networks.model.name,
      stages: clock.seconds,
    };
  } finally {
    await closeAll(closers);
  }
}
