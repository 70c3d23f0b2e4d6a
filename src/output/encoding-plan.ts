import type { ColourTags } from '../core/colour.js';
import { formatRational, rational, type Rational } from '../core/rational.js';
import type { FfmpegJob } from '../ffmpeg/process.js';
import { everyFrameOnce, type Ffmpeg } from '../ffmpeg/tools.js';
import type { OutputSource } from './output-target.js';
import type { Packing } from './pack.js';

/** How one output is made: pure data, from which `openSink` starts ffmpeg. */
export interface EncodingPlan {
  readonly packing: Packing;
  /** What ffmpeg reads besides the frames, which are input 0. */
  readonly inputs: FfmpegJob['inputs'];
  readonly outputOptions: readonly string[];
  /** Present when the output is a folder of numbered pictures. */
  readonly sequence?: { readonly firstNumber: number; readonly digits: number; readonly extension: string };
  /** A QuickTime file of key frames alone: its index says how many there are and where the last one lies. */
  readonly indexed?: true;
  /** Present when the output can be made in segments that are joined without encoding them again. */
  readonly join?: JoinPlan;
  /** What a person should know about the result: one sentence each. */
  readonly notices: readonly string[];
}

/** How finished segments become the whole output: pictures copied packet by packet, everything else added. */
export interface JoinPlan {
  /** What ffmpeg reads besides the segments, which are input 0. */
  readonly inputs: FfmpegJob['inputs'];
  /** Sound, timecode, container. */
  readonly options: readonly string[];
  /** Seconds a tick of the container's clock. */
  readonly clock: Rational;
}

/** Matroska counts milliseconds. */
export const MATROSKA_CLOCK: Rational = rational(1, 1000);

/**
 * Options that carry each frame's own time, tick for tick, from the frames' container to the encoder.
 *
 * Builds from before -fps_mode give the last frame no duration when the encoder counts in the source's ticks. Where
 * the rate is constant they may count in frames instead, which says the same.
 */
export function exactTimes(ffmpeg: Ffmpeg, { timeBase, constantRate }: OutputSource): string[] {
  if (isOld(ffmpeg) && constantRate) return [...everyFrameOnce(ffmpeg)];
  return [...everyFrameOnce(ffmpeg), '-enc_time_base', formatRational(timeBase, ':')];
}

/** Ticks a second. Without a say the writer takes 1000. */
const FINE_CLOCK = 90_000;

/**
 * Options of the mov and mp4 writers: tracks whose clock keeps those times (it ticks in whole fractions of a second),
 * and the colour atom.
 */
export function movOptions(ffmpeg: Ffmpeg, source: OutputSource, tags: ColourTags): string[] {
  const { den } = source.timeBase;
  // The whole film's clock cuts sound too: fine enough for that, and a multiple of the pictures'.
  const filmClock = den * Math.ceil(FINE_CLOCK / den);
  const tagged = [tags.primaries, tags.transfer, tags.matrix].some((tag) => tag !== undefined);
  const old = isOld(ffmpeg);
  return [
    ...['-video_track_timescale', `${den}`],
    ...(ffmpeg.lacks.includes('movie_timescale') ? [] : ['-movie_timescale', `${filmClock}`]),
    // Old builds write the atom on request only; later ones would then invent one for untagged video.
    ...(old && tagged ? ['-movflags', '+write_colr'] : []),
    // A last frame without a duration lies outside the edit list that covers the track.
    ...(old && !source.constantRate ? ['-use_editlist', '0'] : []),
  ];
}

/** A join's plan, where this ffmpeg's writers keep the times of a segment that does not begin at zero. */
export function joinPlan(ffmpeg: Ffmpeg, plan: JoinPlan): Pick<EncodingPlan, 'join'> {
  return isOld(ffmpeg) ? {} : { join: plan };
}

/** Whether this build is from before ffmpeg 5.1. */
function isOld(ffmpeg: Ffmpeg): boolean {
  return ffmpeg.lacks.includes('fps_mode');
}
