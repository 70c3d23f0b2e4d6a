import { resolve } from 'node:path';
import { MatteflowError } from '../core/errors.js';
import { toNumber, type Rational } from '../core/rational.js';
import { VIDEO_FILE_OPTIONS } from './input-options.js';
import { runTool } from './run-tool.js';
import type { Ffmpeg } from './tools.js';

/** What reading through all packets of a stream found. */
export interface PacketList {
  /** Frames that the packets will show. */
  readonly packetCount: number;
  /** When each is shown, ascending, in ticks of the stream's time base; absent where a packet does not say. */
  readonly times?: readonly number[];
  /** The times of those that are decoded without others; absent where all are. */
  readonly keyTimes?: readonly number[];
}

/** What the headers promised of it. */
export interface Promised {
  readonly stream: number;
  readonly container: string;
  readonly codec: string;
  readonly timeBase: Rational;
  readonly averageRate?: Rational;
  readonly headerCount?: number;
  /** Seconds. */
  readonly duration?: number;
}

/** Codecs with packets that show nothing (VP8's alternate references, MPEG-4's packed frames): decoded to count. */
const COUNTED_BY_DECODING: ReadonlySet<string> = new Set(['vp8', 'mpeg4', 'msmpeg4v3']);

/** Times the longest frame that a header's duration may exceed the start of the last: how long that lasts is not known. */
const SLACK = 2.5;

/**
 * Lists a video stream's packets, and compares them with what the headers promise: a file cut short is read to its new
 * end without complaint.
 *
 * @throws MatteflowError `INPUT_DAMAGED` when there are fewer; `ABORTED`
 */
export async function listPackets(
  ffmpeg: Ffmpeg,
  path: string,
  promised: Promised,
  signal: AbortSignal,
): Promise<PacketList> {
  const scan = await scanPackets(ffmpeg, path, promised.stream, [], signal);
  const { headerCount = 0, container } = promised;
  if (scan.stored < headerCount && hasEditLists(container)) {
    // An edit list may leave packets out on purpose: then they are all there without it.
    const whole = await scanPackets(ffmpeg, path, promised.stream, ['-ignore_editlist', '1'], signal);
    if (whole.stored < headerCount) throw cutShort(path, `${whole.stored} frames`, `${headerCount}`);
  }
  const packetCount = COUNTED_BY_DECODING.has(promised.codec)
    ? await countDecoded(ffmpeg, path, promised.stream, signal)
    : scan.shown;
  const times = scan.times.sort((a, b) => a - b);
  checkDuration(path, promised, scan);
  const { keys: keyTimes } = scan;
  return {
    packetCount,
    ...(times.length === packetCount && { times }),
    ...(keyTimes.length < scan.shown && { keyTimes }),
  };
}

interface Scan {
  stored: number;
  shown: number;
  /** Presentation times of the shown packets that have one, in the order of the file. */
  times: number[];
  /** Those of key frames. */
  keys: number[];
  /** The latest time of any packet, ticks. */
  latest: number;
}

async function scanPackets(
  ffmpeg: Ffmpeg,
  path: string,
  stream: number,
  options: readonly string[],
  signal: AbortSignal,
): Promise<Scan> {
  const scan: Scan = { stored: 0, shown: 0, times: [], keys: [], latest: -Infinity };
  await runTool(
    ffmpeg.ffprobe,
    [
      ...['-loglevel', 'error', '-of', 'csv=p=0', '-select_streams', String(stream)],
      ...[
        '-show_entries',
        'packet=pts,dts,flags',
        ...VIDEO_FILE_OPTIONS,
        ...options,
        '-i',
        `file:${resolve(path)}`,
      ],
    ],
    signal,
    (line) => addPacket(scan, line),
  );
  return scan;
}

/** A line is `pts,dts,flags`: "512,0,K_", "N/A" for what is not known, D in the flags of what is decoded but not shown. */
function addPacket(scan: Scan, line: string): void {
  const match = /^(-?\d+|N\/A),(-?\d+|N\/A),(\S\S)/.exec(line);
  if (!match) return;
  const [pts, dts] = [Number(match[1]), Number(match[2])];
  scan.stored += 1;
  const latest = Number.isNaN(pts) ? dts : pts;
  if (latest > scan.latest) scan.latest = latest;
  if (match[3]!.includes('D')) return;
  scan.shown += 1;
  if (Number.isNaN(pts)) return;
  scan.times.push(pts);
  if (match[3]!.startsWith('K')) scan.keys.push(pts);
}

function hasEditLists(container: string): boolean {
  return container.split(',').includes('mov');
}

/** Matroska and AVI do not count frames, or count dropped ones; they say how long the stream is. */
function checkDuration(path: string, promised: Promised, { latest, times }: Scan): void {
  const { container, duration, timeBase, averageRate } = promised;
  if (duration === undefined || !averageRate || !/matroska|avi/.test(container)) return;
  const tick = toNumber(timeBase);
  const longest = times.reduce(
    (most, time, i) => Math.max(most, tick * (time - (times[i - 1] ?? time))),
    1 / toNumber(averageRate),
  );
  const end = Number.isFinite(latest) ? latest * tick : 0;
  if (end < duration - SLACK * longest) {
    throw cutShort(path, `video up to ${end.toFixed(2)} seconds`, duration.toFixed(2));
  }
}

function cutShort(path: string, seen: string, promised: string): MatteflowError {
  return new MatteflowError('INPUT_DAMAGED', {
    what: 'the file is cut short',
    seen,
    expected: `${promised}, as its header says`,
    remedy: 'Copy it again from where it came from',
    subject: path,
  });
}

async function countDecoded(
  ffmpeg: Ffmpeg,
  path: string,
  stream: number,
  signal: AbortSignal,
): Promise<number> {
  const { stdout } = await runTool(
    ffmpeg.ffprobe,
    [
      ...['-loglevel', 'error', '-of', 'csv=p=0', '-select_streams', String(stream), '-count_frames'],
      ...['-show_entries', 'stream=nb_read_frames', ...VIDEO_FILE_OPTIONS, '-i', `file:${resolve(path)}`],
    ],
    signal,
  );
  return Number.parseInt(stdout, 10) || 0;
}
