import { formatRational, type Rational } from '../core/rational.js';
import { crc32 } from './crc32.js';
import { ascii, bigEndian32, blob, signed, varint } from './nut-fields.js';
import type { PictureWriter } from './picture-stream.js';

/**
 * NUT's names of the raw pixel layouts we write, as both libavformat 4 and later read them
 * (compared with what each writes itself).
 */
const RAW_TAGS = {
  yuv420p: [0x49, 0x34, 0x32, 0x30],
  yuva444p: [0x59, 0x34, 0, 8],
  yuva444p10le: [0x59, 0x34, 0, 10],
  yuv444p10le: [0x59, 0x33, 0, 10],
  rgba64be: [64, 0x52, 0x42, 0x41],
  rgba64le: [0x52, 0x42, 0x41, 64],
  gray16le: [0x59, 0x31, 0, 16],
  gray16be: [16, 0, 0x31, 0x59],
} as const;

/** How ffmpeg is to read it. The header says everything: it need not look at frames before it starts. */
export const NUT_INPUT: readonly string[] = ['-f', 'nut', '-probesize', '32', '-analyzeduration', '0'];

/** The raw pixel formats that can be sent to ffmpeg, in ffmpeg's spelling. */
export type RawPixelFormat = keyof typeof RAW_TAGS;

/** What the stream header says about the pictures that follow. */
export interface NutVideo {
  readonly pixelFormat: RawPixelFormat;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Seconds a tick. */
  readonly timeBase: Rational;
  /** Nominal frames a second: what timecode counts in. The frames' own ticks decide when they are shown. */
  readonly frameRate: Rational;
  readonly sampleAspect: Rational;
  /** A second stream, whose times are in the same time base. */
  readonly sound?: NutSound;
}

/** AAC that goes with the pictures, its frames without headers. */
export interface NutSound {
  /** AudioSpecificConfig. */
  readonly config: Uint8Array;
  /** Hertz. */
  readonly sampleRate: number;
  readonly channels: number;
}

/** AAC's number among WAVE formats, little-endian. */
const AAC_TAG = [0xff, 0, 0, 0];

const FILE_ID = 'nut/multimedia container\0';
const START_CODES = {
  main: [0x4e, 0x4d, 0x7a, 0x56, 0x1f, 0x5f, 0x04, 0xad],
  stream: [0x4e, 0x53, 0x11, 0x40, 0x5b, 0xf2, 0xf9, 0xdb],
  info: [0x4e, 0x49, 0xab, 0x68, 0xb5, 0x96, 0xba, 0x78],
  syncpoint: [0x4e, 0x4b, 0xe4, 0xad, 0xee, 0xca, 0x45, 0x69],
} as const;

const FLAG_KEY = 1;
const FLAG_CODED_PTS = 8;
const FLAG_SIZE_MSB = 32;
const FLAG_CHECKSUM = 64;
const FLAG_INVALID = 8192;
/** The frame codes in use, one for each stream; every other is declared invalid. */
const PICTURE_CODE = 1;
const SOUND_CODE = 2;
/** Between syncpoints: of no account without any. */
const MAX_DISTANCE = 32768;
const VERSION = 4;
const MINOR_VERSION = 1;
/** NUT_PIPE, which version 4 brought: frames need no syncpoints. */
const MAIN_PIPE = 2;
/** Time 0, and no syncpoint to point back at. The frames begin behind it. */
const START: readonly number[] = [0, 0];

/**
 * Writes the NUT container around raw pictures, and sound beside them (NUT Open Container Format, version 4), so that
 * each frame's exact time reaches ffmpeg; a bare rawvideo pipe has only a rate. It returns the bytes that belong
 * before each payload; the payload itself is the caller's to write, without a copy.
 *
 * Every frame is a key frame with its time written in full. There is one syncpoint, before the first: in a pipe nobody
 * can seek, and libavformat remembers every one that it reads.
 */
export class NutWriter implements PictureWriter {
  readonly inputOptions: readonly string[] = NUT_INPUT;
  readonly #video: NutVideo;

  constructor(video: NutVideo) {
    this.#video = video;
  }

  /** The file's head; write it once, first. */
  header(): Uint8Array {
    return Uint8Array.from([
      ...ascii(FILE_ID),
      ...packet('main', mainHeader(this.#video)),
      ...packet('stream', streamHeader(this.#video)),
      ...(this.#video.sound ? packet('stream', soundHeader(this.#video.sound)) : []),
      ...packet('info', frameRateInfo(this.#video)),
      ...packet('syncpoint', START),
    ]);
  }

  /**
   * What goes before one picture.
   *
   * @param ticks - when it is shown, in the stream's time base; a whole number, not negative
   * @param payloadBytes - size of the picture that the caller writes next
   */
  frameHeader(ticks: number, payloadBytes: number): Uint8Array {
    return headerOf(PICTURE_CODE, ticks, payloadBytes);
  }

  /** The same before one packet of sound. */
  soundHeader(ticks: number, payloadBytes: number): Uint8Array {
    if (!this.#video.sound) throw new Error('sound was not announced');
    return headerOf(SOUND_CODE, ticks, payloadBytes);
  }
}

function headerOf(code: number, ticks: number, payloadBytes: number): Uint8Array {
  if (!Number.isSafeInteger(ticks) || ticks < 0) throw new RangeError(`NUT cannot hold the time ${ticks}`);
  // A coded time of 2^msb_pts_shift (here 2^0) and up is a full one, that much too large.
  const frame = [code, ...varint(ticks + 1), ...varint(payloadBytes)];
  return Uint8Array.from([...frame, ...bigEndian32(crc32(frame))]);
}

function mainHeader({ timeBase, sound }: NutVideo): number[] {
  const flags = FLAG_KEY | FLAG_CODED_PTS | FLAG_SIZE_MSB | FLAG_CHECKSUM;
  return [
    ...[VERSION, MINOR_VERSION, sound ? 2 : 1].flatMap(varint), // version, streams
    ...varint(MAX_DISTANCE),
    ...[1, timeBase.num, timeBase.den].flatMap(varint), // one time base
    // The frame codes, as runs: flags, count of fields given, then pts delta, size multiplier, stream, size,
    // reserved fields, length of the run.
    ...frameCodes(FLAG_INVALID, 0, 1),
    ...frameCodes(flags, 0, 1),
    ...(sound ? frameCodes(flags, 1, 1) : []),
    // 'N' (0x4e) starts the start codes and is skipped by the reader without being counted.
    ...frameCodes(FLAG_INVALID, 0, 256 - (sound ? 3 : 2) - 1),
    ...varint(0), // no elided frame headers
    ...varint(MAIN_PIPE),
  ];
}

function frameCodes(flags: number, stream: number, count: number): number[] {
  return [...varint(flags), ...varint(6), ...signed(0), ...[1, stream, 0, 0, count].flatMap(varint)];
}

function streamHeader({ pixelFormat, width, height, timeBase, sampleAspect }: NutVideo): number[] {
  const aSecond = Math.ceil(timeBase.den / timeBase.num);
  return [
    ...varint(0), // stream 0
    ...varint(0), // is video
    ...blob(RAW_TAGS[pixelFormat]),
    ...varint(0), // in time base 0
    ...varint(0), // no bits of a time are ever left out
    ...varint(aSecond),
    ...varint(0), // no decoding delay
    ...varint(0), // rate may vary
    ...blob([]), // nothing for a decoder to know
    ...[width, height, sampleAspect.num, sampleAspect.den].flatMap(varint),
    ...varint(0), // colour is told outside
  ];
}

function soundHeader({ config, sampleRate, channels }: NutSound): number[] {
  return [
    ...[1, 1].flatMap(varint), // stream 1, is audio
    ...blob(AAC_TAG),
    ...[0, 0].flatMap(varint), // in time base 0, no bits of a time are ever left out
    ...[1, 0, 0].flatMap(varint), // distance of full times, decoding delay, flags
    ...blob([...config]),
    ...[sampleRate, 1, channels].flatMap(varint),
  ];
}

/** libavformat takes a stream's nominal rate from an info packet, and cannot guess it from one large frame. */
function frameRateInfo({ frameRate }: NutVideo): number[] {
  return [
    ...varint(1), // about stream 0
    ...signed(0), // not about a chapter
    ...varint(0),
    ...varint(0),
    ...varint(1), // one field
    ...blob(ascii('r_frame_rate')),
    ...signed(-1), // of type text
    ...blob(ascii(formatRational(frameRate))),
  ];
}

function packet(kind: keyof typeof START_CODES, body: readonly number[]): number[] {
  const checksumBytes = 4;
  return [...START_CODES[kind], ...varint(body.length + checksumBytes), ...body, ...bigEndian32(crc32(body))];
}
