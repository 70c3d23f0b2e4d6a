import { rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { MatteflowError } from '../core/errors.js';
import type { IntegerFormat } from '../core/frame.js';
import { startFfmpeg, type FfmpegJob } from '../ffmpeg/process.js';
import { requireFeature, type Ffmpeg } from '../ffmpeg/tools.js';
import { FEED_CLOCK, FEED_RATE } from './keyed-feed.js';
import type { OutputFormat } from './output-target.js';
import { planOutput } from './plan-output.js';
import { verifyOutput } from './verify.js';

/** How a kind of file is written while its end is not known. */
interface RecordKind {
  readonly format: OutputFormat;
  readonly options: readonly string[];
}

const MOV: RecordKind = {
  format: 'prores4444',
  // In fragments of a second, each complete in itself: what a power cut leaves can be played.
  // Their index waits for the first one: only then is it known that sound begins later than the pictures, and by how much.
  options: [
    ...['-c:a', 'copy', '-movflags', '+delay_moov+default_base_moof'],
    ...['-frag_duration', '1000000'],
  ],
};
const WEBM: RecordKind = {
  format: 'webm',
  // A master's settings are for those who have time.
  options: ['-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libopus', '-b:a', '160k'],
};
const KINDS: ReadonlyMap<string, RecordKind> = new Map([
  ['.mov', MOV],
  ['.webm', WEBM],
]);

/** @throws MatteflowError `USAGE` for a name of another kind; `TOOL_FAILED` when this ffmpeg cannot encode it */
export function requireRecordable(ffmpeg: Ffmpeg, path: string): RecordKind {
  const kind = KINDS.get(extname(path).toLowerCase());
  if (!kind) {
    throw new MatteflowError('USAGE', {
      what: 'the stream cannot be recorded under this name',
      expected: 'a name ending in .mov (ProRes 4444) or .webm',
      subject: path,
    });
  }
  if (kind === MOV) requireFeature(ffmpeg, 'prores_ks');
  else for (const feature of ['libvpx-vp9', 'libopus'] as const) requireFeature(ffmpeg, feature);
  return kind;
}

/** The command that records what a `KeyedFeed` gives it into `target`. @param path - decides about the kind */
export function recordJob(
  ffmpeg: Ffmpeg,
  format: IntegerFormat,
  { path, target }: { readonly path: string; readonly target: string },
  inputOptions: readonly string[],
): FfmpegJob {
  const kind = requireRecordable(ffmpeg, path);
  const source = {
    ...{ path, format, frameRate: FEED_RATE, timeBase: FEED_CLOCK },
    ...{ firstNumber: 0, frameCount: 0 },
  };
  const { outputOptions } = planOutput(ffmpeg, source, { path, format: kind.format });
  return {
    inputs: [{ source: 'pipe', options: inputOptions }],
    outputs: [{ target, options: [...outputOptions, '-map', '0:a?', ...kind.options] }],
  };
}

/**
 * Gives a finished QuickTime recording the index that editors want instead of fragments: packets are copied, nothing is
 * encoded again. WebM has one already.
 *
 * @param path - is replaced, once the new file is complete
 * @param frames - that have to be in it
 * @throws MatteflowError `TOOL_FAILED`, `OUTPUT_INCOMPLETE`, `ABORTED`; the file is then as it was
 */
export async function indexRecording(
  ffmpeg: Ffmpeg,
  path: string,
  frames: number,
  signal: AbortSignal,
): Promise<void> {
  const indexed = extname(path).toLowerCase() === '.mov';
  const written = { sequence: false, indexed, frames, subject: path };
  if (!indexed) {
    await verifyOutput(ffmpeg, { ...written, path }, signal);
    return;
  }
  const whole = join(dirname(path), basename(path, '.part.mov') + '.whole.mov');
  try {
    await startFfmpeg(ffmpeg, indexJob(ffmpeg, path, whole), signal).done;
    await verifyOutput(ffmpeg, { ...written, path: whole }, signal);
    await rename(whole, path);
  } finally {
    await rm(whole, { force: true });
  }
}

function indexJob(ffmpeg: Ffmpeg, source: string, target: string): FfmpegJob {
  const clock = ffmpeg.lacks.includes('movie_timescale') ? [] : ['-movie_timescale', '90000'];
  const options = ['-map', '0', '-c', 'copy', '-video_track_timescale', String(FEED_CLOCK.den), ...clock];
  return {
    inputs: [{ source, options: ['-f', 'mov'] }],
    outputs: [{ target, options: [...options, '-f', 'mov'] }],
  };
}
