import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ColourTags } from '../core/colour.js';
import { MatteflowError } from '../core/errors.js';
import { parseRational, rational, type Rational } from '../core/rational.js';
import { VIDEO_FILE_OPTIONS } from './input-options.js';
import { listPackets, type PacketList } from './packets.js';
import { colourTags, isInterlaced, rotationOf, timecodeOf, type ProbedStream } from './probed-stream.js';
import { runTool } from './run-tool.js';
import type { Ffmpeg } from './tools.js';

/** What the headers of a file or of numbered pictures say about its first real video stream. */
export interface VideoHeader {
  /** The stream's index in the file. */
  readonly stream: number;
  /** ffprobe's name of the container: "mov,mp4,m4a,3gp,3g2,mj2". */
  readonly container: string;
  /** "h264", "prores", … */
  readonly codec: string;
  /** ffmpeg's name of the stored samples' layout: "yuv420p10le"; "" when no picture could be decoded. */
  readonly pixelFormat: string;
  /** Pixels, as shown: rotation applied. */
  readonly width: number;
  readonly height: number;
  /** Degrees clockwise that make the stored picture upright: 0, 90, 180 or 270. */
  readonly rotation: number;
  readonly tags: ColourTags;
  /** Where subsampled chroma lies, in ffmpeg's words, as stored: "left", "topleft", …; absent when the file does not say. */
  readonly chromaLocation?: string;
  /** As shown. 1/1 when the file does not say. */
  readonly sampleAspect: Rational;
  /** Frames per second: the file's average, and the lowest rate that holds all timestamps. */
  readonly averageRate?: Rational;
  readonly nominalRate?: Rational;
  /** Seconds a tick of the stream's timestamps. */
  readonly timeBase: Rational;
  /** Frames the header promises, where it says. */
  readonly headerCount?: number;
  /** Seconds the header promises for this stream, where it says. */
  readonly duration?: number;
  /** Seconds at which the file's earliest stream starts. */
  readonly fileStart: number;
  readonly interlaced: boolean;
  /** ffmpeg's name of each audio stream's codec, in the file's order. */
  readonly audioCodecs: readonly string[];
  /** Of the first frame: "01:00:00:00" (";" before the frames in drop-frame). */
  readonly timecode?: string;
}

/** A file's headers, and what reading through all of its packets found. */
export type VideoProbe = VideoHeader & PacketList;

/**
 * Reads a video file's headers and packets, without decoding. Only containers on a positive list are opened.
 *
 * @throws MatteflowError `INPUT_MISSING`, `INPUT_NOT_MEDIA` (nothing ffprobe may read), `INPUT_EMPTY` (no video
 *   stream), `INPUT_DAMAGED` (fewer packets than the header promises), `ABORTED`
 */
export async function probeVideo(ffmpeg: Ffmpeg, path: string, signal: AbortSignal): Promise<VideoProbe> {
  await access(path).catch((cause: unknown) => {
    throw new MatteflowError('INPUT_MISSING', { what: 'the file cannot be opened', subject: path, cause });
  });
  const header = await probeHeader(ffmpeg, path, VIDEO_FILE_OPTIONS, signal);
  return { ...header, ...(await listPackets(ffmpeg, path, header, signal)) };
}

/**
 * Reads the headers alone, of a file or of numbered pictures.
 *
 * @param path - a file's path, or a pattern for ffmpeg's image2 reader
 * @param inputOptions - from input-options.ts
 * @throws MatteflowError `INPUT_NOT_MEDIA`, `INPUT_EMPTY`, `ABORTED`
 */
export async function probeHeader(
  ffmpeg: Ffmpeg,
  path: string,
  inputOptions: readonly string[],
  signal: AbortSignal,
): Promise<VideoHeader> {
  const show = ['-loglevel', 'error', '-of', 'json', '-show_streams', '-show_format', '-show_error'];
  const result = await runTool(
    ffmpeg.ffprobe,
    [...show, ...inputOptions, '-i', `file:${resolve(path)}`],
    signal,
  );
  const found = parseReport(result.stdout);
  if (result.failure || !found?.format) {
    throw new MatteflowError('INPUT_NOT_MEDIA', {
      what: 'this is not a video that can be read',
      seen: found?.error?.string ?? result.failure?.message,
      expected: 'a video file (MP4, MOV, MXF, Matroska, WebM, AVI, …)',
      remedy: 'Playlists, and files whose end is missing, cannot be read',
      subject: path,
      cause: result.failure && new Error(result.complaint, { cause: result.failure }),
    });
  }
  const streams = found.streams ?? [];
  const video = streams.find((stream) => stream.codec_type === 'video' && !stream.disposition?.attached_pic);
  if ((!video?.width || !video.height) && result.complaint) {
    throw new MatteflowError('INPUT_DAMAGED', {
      what: 'the headers of the file are damaged or cut short',
      seen: result.complaint,
      subject: path,
    });
  }
  if (!video?.width || !video.height) {
    throw new MatteflowError('INPUT_EMPTY', {
      what: 'there is no picture in this file',
      seen: streams.map((stream) => stream.codec_type ?? 'unknown').join(', ') || 'no streams',
      expected: 'a video stream',
      subject: path,
    });
  }
  return describe(video, streams, found.format);
}

interface Report {
  readonly streams?: readonly ProbedStream[];
  readonly format?: Format;
  readonly error?: { readonly string?: string };
}

interface Format {
  readonly format_name?: string;
  readonly start_time?: string;
  readonly duration?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

function parseReport(text: string): Report | undefined {
  try {
    return JSON.parse(text) as Report;
  } catch {
    return undefined;
  }
}

function describe(video: ProbedStream, streams: readonly ProbedStream[], format: Format): VideoHeader {
  const rotation = rotationOf(video);
  const turned = rotation % 180 !== 0;
  const [width, height] = [video.width ?? 0, video.height ?? 0];
  const aspect = parseRational(video.sample_aspect_ratio) ?? rational(1);
  const averageRate = parseRational(video.avg_frame_rate);
  const nominalRate = parseRational(video.r_frame_rate);
  const headerCount = Number(video.nb_frames);
  const duration = durationOf(video, streams.length === 1 ? format.duration : undefined);
  const timecode = timecodeOf([video, ...streams, format]);
  return {
    stream: video.index,
    container: format.format_name ?? '',
    codec: video.codec_name ?? '',
    pixelFormat: video.pix_fmt ?? '',
    width: turned ? height : width,
    height: turned ? width : height,
    rotation,
    tags: colourTags(video),
    ...(video.chroma_location !== undefined && { chromaLocation: video.chroma_location }),
    sampleAspect: turned ? rational(aspect.den, aspect.num) : aspect,
    ...(averageRate && { averageRate }),
    ...(nominalRate && { nominalRate }),
    timeBase: parseRational(video.time_base) ?? rational(1, 1000),
    ...(headerCount > 0 && { headerCount }),
    ...(duration !== undefined && { duration }),
    fileStart: Number(format.start_time ?? 0) || 0,
    interlaced: isInterlaced(video),
    audioCodecs: streams.filter((s) => s.codec_type === 'audio').map((s) => s.codec_name ?? 'unknown'),
    ...(timecode !== undefined && { timecode }),
  };
}

/** Seconds: the stream's own; what Matroska keeps in a tag, as 00:00:02.000000000; the file's, if it has but one stream. */
function durationOf({ duration, tags }: ProbedStream, ofLoneStream: string | undefined): number | undefined {
  const clock = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(tags?.DURATION ?? '');
  const tagged = clock ? Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]) : undefined;
  return [Number(duration), tagged, Number(ofLoneStream)].find((seconds) => seconds && seconds > 0);
}
