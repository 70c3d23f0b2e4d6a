/**
 * The boxes of a fragmented MP4 (ISO/IEC 14496-12, -14, -15) with one track, H.264 or AAC: what Media Source Extensions
 * take.
 */
import type { SoundFormat } from './sound.js';

/** One picture, or one packet of sound. */
export interface Sample {
  /** It can be decoded without those before it. */
  readonly key: boolean;
  /** Counts the track's fragments. */
  readonly number: number;
  /** In the track's ticks. */
  readonly time: number;
  readonly data: Uint8Array;
}

type Part = Uint8Array | readonly number[];

const MATRIX = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].flatMap(u32);
const TRACK = 1;
/** Of pictures: milliseconds. */
const TIMESCALE = 1000;
/** Sample flags: decodable alone; or dependent on others. */
const KEY = 0x02000000;
const DELTA = 0x01010000;

/** What is different from one kind of track to another. */
interface Track {
  readonly handler: 'vide' | 'soun';
  /** Ticks a second. */
  readonly timescale: number;
  readonly size: { readonly width: number; readonly height: number };
  readonly volume: number;
  readonly mediaHeader: Uint8Array;
  /** How its samples are decoded. */
  readonly entry: Uint8Array;
}

/** What comes before the first fragment of pictures, whose times are in milliseconds. */
export function initialSegment(
  avcC: Uint8Array,
  size: { readonly width: number; readonly height: number },
): Uint8Array<ArrayBuffer> {
  const entry = box(
    'avc1',
    [0, 0, 0, 0, 0, 0, 0, 1, ...zeros(16), ...u16(size.width), ...u16(size.height)],
    [...u32(0x480000), ...u32(0x480000), ...u32(0), ...u16(1)],
    [...zeros(32), ...u16(24), 0xff, 0xff],
    box('avcC', avcC),
  );
  const mediaHeader = full('vmhd', 0, 1, zeros(8));
  return head({ handler: 'vide', timescale: TIMESCALE, size, volume: 0, mediaHeader, entry });
}

/** What comes before the first fragment of sound, whose times are in samples. */
export function soundSegment({ config, sampleRate, channels }: SoundFormat): Uint8Array<ArrayBuffer> {
  // Descriptors of ISO/IEC 14496-1: the stream's, its decoder's (MPEG-4 sound), what that is set up with, and how it is synchronised.
  const setUp = descriptor(5, config);
  const decoder = descriptor(4, joined([[0x40, 0x15], zeros(11), setUp]));
  const stream = descriptor(3, joined([u16(TRACK), [0], decoder, descriptor(6, Uint8Array.of(2))]));
  const entry = box(
    'mp4a',
    [0, 0, 0, 0, 0, 0, 0, 1, ...zeros(8), ...u16(channels), ...u16(16), ...zeros(4)],
    // A rate of more than 16 bits is known from the set-up alone.
    [...u16(sampleRate > 0xffff ? 0 : sampleRate), 0, 0],
    full('esds', 0, 0, stream),
  );
  const size = { width: 0, height: 0 };
  const mediaHeader = full('smhd', 0, 0, zeros(4));
  return head({ handler: 'soun', timescale: sampleRate, size, volume: 0x100, mediaHeader, entry });
}

function head({ handler, timescale, size, volume, mediaHeader, entry }: Track): Uint8Array<ArrayBuffer> {
  const table = box(
    'stbl',
    full('stsd', 0, 0, u32(1), entry),
    full('stts', 0, 0, u32(0)),
    full('stsc', 0, 0, u32(0)),
    full('stsz', 0, 0, u32(0), u32(0)),
    full('stco', 0, 0, u32(0)),
  );
  const reference = full('dref', 0, 0, u32(1), full('url ', 0, 1));
  const media = box(
    'mdia',
    full('mdhd', 0, 0, [...u32(0), ...u32(0), ...u32(timescale), ...u32(0), 0x55, 0xc4, 0, 0]),
    full('hdlr', 0, 0, u32(0), ascii(handler), zeros(13)),
    box('minf', mediaHeader, box('dinf', reference), table),
  );
  const track = box(
    'trak',
    full(
      'tkhd',
      0,
      3,
      [...u32(0), ...u32(0), ...u32(TRACK), ...u32(0), ...u32(0)],
      [...zeros(12), ...u16(volume), 0, 0, ...MATRIX, ...u32(size.width << 16), ...u32(size.height << 16)],
    ),
    media,
  );
  const movie = full(
    'mvhd',
    0,
    0,
    [...u32(0), ...u32(0), ...u32(TIMESCALE), ...u32(0), ...u32(0x10000), 1, 0],
    [...zeros(10), ...MATRIX, ...zeros(24), ...u32(TRACK + 1)],
  );
  const extends_ = box('mvex', full('trex', 0, 0, [TRACK, 1, 0, 0, 0].flatMap(u32)));
  const type = box('ftyp', ascii('isom'), u32(0x200), ascii('isomiso5avc1'));
  return joined([type, box('moov', movie, track, extends_)]);
}

/** @param duration - in the track's ticks */
export function fragment({ key, number, time, data }: Sample, duration: number): Uint8Array<ArrayBuffer> {
  const run = (offset: number): Uint8Array =>
    full('trun', 0, 0x701, u32(1), u32(offset), u32(duration), u32(data.length), u32(key ? KEY : DELTA));
  const moof = (offset: number): Uint8Array =>
    box(
      'moof',
      full('mfhd', 0, 0, u32(number + 1)),
      box('traf', full('tfhd', 0, 0x20000, u32(TRACK)), full('tfdt', 1, 0, u64(time)), run(offset)),
    );
  // The offset is from the fragment's beginning to its data, behind the header of `mdat`.
  return joined([moof(moof(0).length + 8), box('mdat', data)]);
}

/** Shorter than 128 bytes. */
function descriptor(tag: number, body: Uint8Array): Uint8Array {
  return joined([[tag, body.length], body]);
}

function box(type: string, ...parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const body = joined(parts);
  return joined([u32(8 + body.length), ascii(type), body]);
}

function full(type: string, version: number, flags: number, ...parts: readonly Part[]): Uint8Array {
  return box(type, u32((version << 24) | flags), ...parts);
}

function joined(parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function u16(value: number): number[] {
  return [(value >>> 8) & 255, value & 255];
}

function u32(value: number): number[] {
  return [...u16(value >>> 16), ...u16(value & 0xffff)];
}

/** Of a number that may outgrow 32 bits. */
function u64(value: number): number[] {
  return [...u32(Math.floor(value / 2 ** 32)), ...u32(value % 2 ** 32)];
}

function zeros(count: number): number[] {
  return Array<number>(count).fill(0);
}

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}
