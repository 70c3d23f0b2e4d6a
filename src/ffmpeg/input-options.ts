import { formatRational, type Rational } from '../core/rational.js';

/**
 * Containers that are opened. A positive list: playlists and scripts (HLS, ffconcat, DASH, AviSynth, SDP, …) name other
 * files to read, whatever they are called and whatever protocols are allowed.
 */
const CONTAINERS = [
  ...[
    'mov',
    'matroska',
    'webm',
    'avi',
    'mxf',
    'nut',
    'mpegts',
    'mpeg',
    'flv',
    'ivf',
    'ogg',
    'asf',
    'dv',
    'gxf',
  ],
  ...['yuv4mpegpipe', 'mpegvideo', 'm4v', 'h264', 'hevc', 'obu', 'gif'],
].join(',');

/** Pixels of a picture at most, 8192 × 8192: a few bytes of header can otherwise ask for gigabytes. */
const MOST_PIXELS = String(2 ** 26);

/** The input options with which ffmpeg and ffprobe may open a video file of unknown origin. */
export const VIDEO_FILE_OPTIONS: readonly string[] = [
  ...['-protocol_whitelist', 'file,pipe', '-format_whitelist', CONTAINERS, '-max_pixels', MOST_PIXELS],
];

/** The same for pictures: the reader is forced, so that none can be taken for a playlist. */
const PICTURE_OPTIONS: readonly string[] = [
  ...['-protocol_whitelist', 'file,pipe', '-max_pixels', MOST_PIXELS, '-f', 'image2'],
];

/** The same for numbered pictures. */
export function sequenceOptions(firstNumber: number, frameRate: Rational): readonly string[] {
  return [
    ...[...PICTURE_OPTIONS, '-pattern_type', 'sequence'],
    ...['-start_number', String(firstNumber), '-framerate', formatRational(frameRate)],
  ];
}

/** The same for one picture, whatever its name. */
export const STILL_OPTIONS: readonly string[] = [...PICTURE_OPTIONS, '-pattern_type', 'none'];
