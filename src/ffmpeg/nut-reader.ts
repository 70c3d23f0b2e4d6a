import { rational, type Rational } from '../core/rational.js';
import type { ByteFlow } from './byte-flow.js';
import { ByteReader } from './byte-reader.js';
import type { PictureHeader, PictureReader } from './picture-stream.js';
import {
  checkedBody,
  FLAG,
  N,
  parseMainHeader,
  parseStreamHeader,
  type MainHeader,
  type StreamHeader,
} from './nut-headers.js';

const FILE_ID = 'nut/multimedia container\0';

/** The start codes of packets that are read, in hexadecimal; the others are skipped. */
const PACKET = {
  main: '4e4d7a561f5f04ad',
  stream: '4e5311405bf2f9db',
  syncpoint: '4e4be4adeeca4569',
} as const;

/** How ffmpeg is to write it. Without an index, which it would gather in memory and a pipe has no use for. */
export const NUT_OUTPUT: readonly string[] = ['-write_index', '0', '-f', 'nut'];

/** Packets longer than this carry a checksum of their header too; frames longer than this elide nothing. */
const LONG = 4096;

/**
 * Reads the NUT container (NUT Open Container Format, versions 3 and 4) with one stream of raw pictures, as ffmpeg
 * writes it into a pipe: unlike a bare rawvideo pipe it gives every frame's exact time. Payloads go from the pipe's
 * chunks straight to where they belong.
 *
 * What does not parse is thrown as a plain Error, and an early end as `UnexpectedEnd`: both mean that ffmpeg failed,
 * and ffmpeg's own report says why.
 */
export class NutReader implements PictureReader {
  /** Seconds a tick. */
  readonly timeBase: Rational;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly #bytes: ByteReader;
  readonly #main: MainHeader;
  readonly #timeBits: number;
  #lastTicks = 0;
  /** What the payload at hand leaves out at its beginning. */
  #elided: Uint8Array = new Uint8Array(0);

  private constructor(bytes: ByteReader, main: MainHeader, stream: StreamHeader) {
    this.#bytes = bytes;
    this.#main = main;
    this.#timeBits = stream.timeBits;
    this.timeBase = main.timeBases[stream.timeBaseIndex] ?? rational(1);
    this.width = stream.width;
    this.height = stream.height;
  }

  /** Reads the headers; undefined when the stream is empty: a decoder without frames writes nothing. */
  static async open(flow: ByteFlow): Promise<NutReader | undefined> {
    const bytes = new ByteReader(flow);
    if (await bytes.atEnd()) return undefined;
    const id = await bytes.take(FILE_ID.length);
    if (Buffer.from(id).toString('latin1') !== FILE_ID) throw new Error('the stream is not NUT');
    let main: MainHeader | undefined;
    for (;;) {
      const { kind, body } = await readPacket(bytes, await bytes.byte());
      if (kind === PACKET.main) main = parseMainHeader(body);
      if (kind === PACKET.stream && main) return new NutReader(bytes, main, parseStreamHeader(body));
    }
  }

  /** The next frame's header; undefined at the end of the stream. */
  async next(): Promise<PictureHeader | undefined> {
    const bytes = this.#bytes;
    while (!(await bytes.atEnd())) {
      bytes.checksum = 0;
      const first = await bytes.byte();
      if (first !== N) return this.#frameHeader(first);
      const { kind, body } = await readPacket(bytes, first);
      if (kind === PACKET.syncpoint) this.#lastTicks = this.#syncpointTicks(body);
    }
    return undefined;
  }

  /** Reads the next `dst.length` bytes of the payload. */
  async read(dst: Uint8Array): Promise<void> {
    const known = this.#elided.subarray(0, dst.length);
    dst.set(known);
    this.#elided = this.#elided.subarray(known.length);
    await this.#bytes.into(dst.subarray(known.length));
  }

  async #frameHeader(first: number): Promise<PictureHeader> {
    const code = this.#main.codes[first];
    if (!code) throw new Error(`a NUT frame cannot begin with ${first}`);
    const bytes = this.#bytes;
    let { flags, reserved, headerIndex } = code;
    let ticks = this.#lastTicks + code.ptsDelta;
    let sizeMsb = 0;
    if (flags & FLAG.coded) flags ^= await bytes.v();
    if (flags & FLAG.streamId) await bytes.v();
    if (flags & FLAG.codedPts) ticks = this.#fullTicks(await bytes.v());
    if (flags & FLAG.sizeMsb) sizeMsb = await bytes.v();
    if (flags & FLAG.matchTime) await bytes.v();
    if (flags & FLAG.headerIndex) headerIndex = await bytes.v();
    if (flags & FLAG.reserved) reserved = await bytes.v();
    for (; reserved > 0; reserved -= 1) await bytes.v();
    if (flags & FLAG.checksum) {
      // The checksum of data followed by its own checksum is zero.
      await bytes.take(4);
      if (bytes.checksum !== 0) throw new Error('a NUT frame has a wrong checksum');
    }
    if (flags & FLAG.sideData) throw new Error('raw pictures were expected without side data');
    this.#lastTicks = ticks;
    const size = code.sizeLsb + sizeMsb * code.sizeMultiplier;
    this.#elided = this.#main.elided[size > LONG ? 0 : headerIndex] ?? new Uint8Array(0);
    return { ticks, bytes: size };
  }

  /** A coded time below 2^timeBits holds the low bits of the time nearest to the last one. */
  #fullTicks(coded: number): number {
    const span = 2 ** this.#timeBits;
    if (coded >= span) return coded - span;
    const lowest = this.#lastTicks - Math.floor((span - 1) / 2);
    return lowest + ((((coded - lowest) % span) + span) % span);
  }

  /** A syncpoint's time is in one of the time bases, whose index is its remainder; one stream has but one. */
  #syncpointTicks(body: Uint8Array): number {
    let value = 0;
    for (const byte of body) {
      value = value * 128 + (byte & 127);
      if (byte < 128) break;
    }
    return Math.floor(value / this.#main.timeBases.length);
  }
}

/** Reads a packet whose first byte has been read. */
async function readPacket(bytes: ByteReader, first: number): Promise<{ kind: string; body: Uint8Array }> {
  const code = await bytes.take(7);
  const kind = Buffer.from([first, ...code]).toString('hex');
  const length = await bytes.v();
  if (length > LONG) await bytes.take(4);
  return { kind, body: checkedBody(await bytes.take(length)) };
}
