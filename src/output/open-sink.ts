import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { MatteflowError, throwIfAborted } from '../core/errors.js';
import { barePictures } from '../ffmpeg/bare-pictures.js';
import { NutWriter } from '../ffmpeg/nut-writer.js';
import type { PictureWriter } from '../ffmpeg/picture-stream.js';
import { probeVideo } from '../ffmpeg/probe.js';
import { startFfmpeg, type FfmpegJob } from '../ffmpeg/process.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Plate } from './composite.js';
import { EncoderSink } from './encoder-sink.js';
import type { EncodingPlan } from './encoding-plan.js';
import type { OutputSource, OutputTarget } from './output-target.js';
import { packedPicture, packedSize } from './pack.js';
import { planOutput } from './plan-output.js';
import { stageOutput } from './publish.js';
import type { FrameSink } from './sink.js';

/**
 * Opens an output. Whatever can be known to fail fails here, before any frame is made.
 *
 * @param signal - stops the encoder at any time; `abort` still has to be called
 * @param zeroTicks - for a segment of a longer output: the time of that output's first frame, in the frames' ticks.
 *   Otherwise the first frame written is at zero
 * @throws MatteflowError `USAGE`, `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE`, `TOOL_FAILED`, `ABORTED`; `INPUT_…` for a
 *   background that is missing or no video
 */
export async function openSink(
  ffmpeg: Ffmpeg,
  source: OutputSource,
  target: OutputTarget,
  signal: AbortSignal,
  zeroTicks?: number,
): Promise<FrameSink> {
  throwIfAborted(signal);
  const plan = planOutput(ffmpeg, source, target, await inspectPlate(ffmpeg, target, signal));
  const container = pictureWriter(source, plan);
  const job = encodingJob(plan, container, zeroTicks === undefined ? [] : ['-copyts']);
  const staged = await stageOutput(target.path, {
    kind: plan.sequence ? 'folder' : 'file',
    overwrite: target.overwrite ?? false,
  });
  try {
    const stop = new AbortController();
    const stopped = AbortSignal.any([signal, stop.signal]);
    return new EncoderSink({
      ffmpeg,
      process: startFfmpeg(ffmpeg, job(staged.temporary), stopped),
      container,
      stop,
      stopped,
      staged,
      plan,
      packedBytes: packedSize(source.format, plan.packing),
      path: target.path,
      zeroTicks,
    });
  } catch (error) {
    await staged.discard();
    throw error;
  }
}

/**
 * Looks at the background before anything is staged.
 *
 * @returns what a video says about its colour; nothing for images and colours
 */
export async function inspectPlate(
  ffmpeg: Ffmpeg,
  { background }: OutputTarget,
  signal: AbortSignal,
): Promise<Plate | undefined> {
  if (!background || background.kind === 'colour') return undefined;
  const { kind, path } = background;
  await access(path).catch((error: unknown) => {
    throw new MatteflowError('INPUT_MISSING', {
      what: 'the background is not there',
      subject: path,
      cause: error,
    });
  });
  return kind === 'video' ? probeVideo(ffmpeg, path, signal) : undefined;
}

/** How the frames reach ffmpeg: in NUT with their times, or bare where the layout has no name there. */
function pictureWriter(
  { format, timeBase, frameRate }: OutputSource,
  { packing }: EncodingPlan,
): PictureWriter {
  const { pixelFormat } = packing;
  const size = packedPicture(format, packing);
  if (pixelFormat === 'gbrapf32le') return barePictures({ pixelFormat, ...size, frameRate });
  return new NutWriter({ pixelFormat, ...size, sampleAspect: format.sampleAspect, timeBase, frameRate });
}

/** The whole command: the frames come on stdin. */
function encodingJob(
  { inputs, outputOptions, sequence }: EncodingPlan,
  { inputOptions }: PictureWriter,
  globalOptions: readonly string[],
): (temporary: string) => FfmpegJob {
  return (temporary) => ({
    globalOptions,
    inputs: [{ source: 'pipe', options: inputOptions }, ...inputs],
    outputs: [
      {
        target: sequence ? picturePattern(temporary, sequence) : temporary,
        // Sound waits for the pictures, which can be a long time coming.
        options: [...outputOptions, '-max_muxing_queue_size', '16384'],
      },
    ],
  });
}

function picturePattern(
  folder: string,
  { digits, extension }: NonNullable<EncodingPlan['sequence']>,
): string {
  // A percent sign in the folder's name is not part of the pattern.
  return join(folder.replaceAll('%', '%%'), `%0${digits}d.${extension}`);
}
