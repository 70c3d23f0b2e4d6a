/**
 * The boxes of a fragmented MP4 (ISO/IEC 14496-12, -15) with one H.264 track: what Media Source Extensions take. Times
 * are in milliseconds.
 */
import type { VideoPacket } from './player.js';

type Part = Uint8Array | readonly number[];

const MATRIX = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].flatMap(u32);
const TRACK = 1;
const TIMESCALE = 1000;
/** Sample flags: decodable alone; or dependent on others. */
const KEY = 0x02000000;
const DELTA = 0x01010000;

/** What comes before the first fragment. */
export function initialSegment(
  avcC: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): Uint8Array {
  const none = full('stts', 0, 0, u32(0));
  const avc1 = box(
    'avc1',
    [0, 0, 0, 0, 0, 0, 0, 1, ...Array<number>(16).fill(0), ...u16(width), ...u16(height)],
    [...u32(0x480000), ...u32(0x480000), ...u32(0), ...u16(1)],
    [...Array<number>(32).fill(0), ...u16(24), 0xff, 0xff],
    box('avcC', avcC),
  );
  const table = box(
    'stbl',
    full('stsd', 0, 0, u32(1), avc1),
    none,
    full('stsc', 0, 0, u32(0)),
    full('stsz', 0, 0, u32(0), u32(0)),
    full('stco', 0, 0, u32(0)),
  );
  const reference = full('dref', 0, 0, u32(1), full('url ', 0, 1));
  const media = box(
    'mdia',
    full('mdhd', 0, 0, [...u32(0), ...u32(0), ...u32(TIMESCALE), ...u32(0), 0x55, 0xc4, 0, 0]),
    full('hdlr', 0, 0, u32(0), ascii('vide'), Array<number>(13).fill(0)),
    box('minf', full('vmhd', 0, 1, Array<number>(8).fill(0)), box('dinf', reference), table),
  );
  const track = box(
    'trak',
    full(
      'tkhd',
      0,
      3,
      [...u32(0), ...u32(0), ...u32(TRACK), ...u32(0), ...u32(0)],
      [...Array<number>(16).fill(0), ...MATRIX, ...u32(width << 16), ...u32(height << 16)],
    ),
    media,
  );
  const movie = full(
    'mvhd',
    0,
    0,
    [...u32(0), ...u32(0), ...u32(TIMESCALE), ...u32(0), ...u32(0x10000), 1, 0],
    [...Array<number>(10).fill(0), ...MATRIX, ...Array<number>(24).fill(0), ...u32(TRACK + 1)],
  );
  const extends_ = box('mvex', full('trex', 0, 0, [TRACK, 1, 0, 0, 0].flatMap(u32)));
  const type = box('ftyp', ascii('isom'), u32(0x200), ascii('isomiso5avc1'));
  return joined([type, box('moov', movie, track, extends_)]);
}

/** One picture. @param duration - until the next one, milliseconds */
export function fragment({ key, number, time, data }: VideoPacket, duration: number): Uint8Array {
  const run = (offset: number): Uint8Array =>
    full('trun', 0, 0x701, u32(1), u32(offset), u32(duration), u32(data.length), u32(key ? KEY : DELTA));
  const moof = (offset: number): Uint8Array =>
    box(
      'moof',
      full('mfhd', 0, 0, u32(number + 1)),
      box('traf', full('tfhd', 0, 0x20000, u32(TRACK)), full('tfdt', 1, 0, u32(0), u32(time)), run(offset)),
    );
  // The offset is from the fragment's beginning to its data, behind the header of `mdat`.
  return joined([moof(moof(0).length + 8), box('mdat', data)]);
}

function box(type: string, ...parts: readonly Part[]): Uint8Array {
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

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}
