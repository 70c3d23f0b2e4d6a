import { rational, type Rational } from '../core/rational.js';
import { crc32 } from './crc32.js';

/** The byte that begins every start code, and so no frame. */
export const N = 0x4e;

/** Bits of a frame's flags that change how its header is read. */
export const FLAG = {
  codedPts: 8,
  streamId: 16,
  sizeMsb: 32,
  checksum: 64,
  reserved: 128,
  sideData: 256,
  headerIndex: 1024,
  matchTime: 2048,
  coded: 4096,
  invalid: 8192,
} as const;

/** What one value of a frame's first byte stands for. */
export interface FrameCode {
  readonly flags: number;
  readonly ptsDelta: number;
  readonly sizeMultiplier: number;
  readonly sizeLsb: number;
  readonly reserved: number;
  readonly headerIndex: number;
}

/** The main header: what all streams share. */
export interface MainHeader {
  readonly timeBases: readonly Rational[];
  /** By the frame's first byte; undefined where it may not be used. */
  readonly codes: readonly (FrameCode | undefined)[];
  /** Beginnings of payloads that small frames leave out, by index. */
  readonly elided: readonly Uint8Array[];
}

/** A video stream's header, as far as raw pictures need it. */
export interface StreamHeader {
  readonly timeBaseIndex: number;
  /** Bits of a time that may be written without those above. */
  readonly timeBits: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** The body of a packet without its checksum. Throws when that does not fit. */
export function checkedBody(body: Uint8Array): Uint8Array {
  if (crc32(body) !== 0) throw new Error('a NUT packet has a wrong checksum');
  return body.subarray(0, -4);
}

export function parseMainHeader(body: Uint8Array): MainHeader {
  const fields = new Fields(body);
  const version = fields.v();
  if (version > 3) fields.v();
  const streams = fields.v();
  if (streams !== 1) throw new Error(`a NUT stream of one video was expected, not of ${streams}`);
  fields.v(); // greatest distance of syncpoints
  const timeBases = Array.from({ length: fields.v() }, () => rational(fields.v(), fields.v()));
  const codes = parseFrameCodes(fields);
  const elided = [new Uint8Array(0), ...Array.from({ length: fields.v() }, () => fields.blob())];
  return { timeBases, codes, elided };
}

/** The table is written as runs; a run's fields that are not given keep the last run's value or a default. */
function parseFrameCodes(fields: Fields): (FrameCode | undefined)[] {
  const codes: (FrameCode | undefined)[] = [];
  let [ptsDelta, sizeMultiplier, headerIndex] = [0, 1, 0];
  while (codes.length < 256) {
    const flags = fields.v();
    const given = fields.v();
    if (given > 0) ptsDelta = fields.s();
    if (given > 1) sizeMultiplier = fields.v();
    if (given > 2) fields.v(); // stream
    const size = given > 3 ? fields.v() : 0;
    const reserved = given > 4 ? fields.v() : 0;
    const count = given > 5 ? fields.v() : sizeMultiplier - size;
    if (given > 6) fields.s(); // match time
    if (given > 7) headerIndex = fields.v();
    for (let i = 8; i < given; i += 1) fields.v();
    for (let i = 0; i < count && codes.length < 256; i += 1) {
      if (codes.length === N) codes.push(undefined);
      const code = { flags, ptsDelta, sizeMultiplier, sizeLsb: size + i, reserved, headerIndex };
      codes.push(flags & FLAG.invalid ? undefined : code);
    }
    if (codes.length === N) codes.push(undefined);
  }
  return codes;
}

export function parseStreamHeader(body: Uint8Array): StreamHeader {
  const fields = new Fields(body);
  fields.v(); // stream
  if (fields.v() !== 0) throw new Error('a NUT stream of video was expected');
  fields.blob(); // pixel layout: asked for on the command line
  const timeBaseIndex = fields.v();
  const timeBits = fields.v();
  for (let i = 0; i < 3; i += 1) fields.v(); // pts distance, decoding delay, flags
  fields.blob(); // for a decoder
  return { timeBaseIndex, timeBits, width: fields.v(), height: fields.v() };
}

/** NUT's number formats, in a packet's body. */
class Fields {
  readonly #body: Uint8Array;
  #at = 0;

  constructor(body: Uint8Array) {
    this.#body = body;
  }

  /** Unsigned: seven bits a byte, most significant first. */
  v(): number {
    let value = 0;
    for (;;) {
      const byte = this.#body[this.#at];
      if (byte === undefined) throw new Error('a NUT packet is too short');
      this.#at += 1;
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
    }
  }

  /** Signed: 0, 1, -1, 2, -2 … as 0, 1, 2, 3, 4 … */
  s(): number {
    const value = this.v();
    return value % 2 === 0 ? -value / 2 : (value + 1) / 2;
  }

  blob(): Uint8Array {
    const length = this.v();
    this.#at += length;
    return this.#body.subarray(this.#at - length, this.#at);
  }
}
