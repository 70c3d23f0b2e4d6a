import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { streamFlow } from '../../src/ffmpeg/byte-flow.js';
import { ByteReader, UnexpectedEnd } from '../../src/ffmpeg/byte-reader.js';
import { crc32 } from '../../src/ffmpeg/crc32.js';
import { NutReader } from '../../src/ffmpeg/nut-reader.js';
import { NutWriter } from '../../src/ffmpeg/nut-writer.js';

const PAYLOAD = 4 * 3 * 4;
const TIMES = [0, 1, 5, 6, 1000, 70_000, 8_589_934_592];

/** A stream with one small picture at each of the times. */
function written(): Buffer {
  const writer = new NutWriter({
    pixelFormat: 'yuva444p',
    width: 4,
    height: 3,
    timeBase: { num: 1001, den: 30_000 },
    frameRate: { num: 30_000, den: 1001 },
    sampleAspect: { num: 1, den: 1 },
  });
  const parts = [writer.header()];
  TIMES.forEach((ticks, n) =>
    parts.push(writer.frameHeader(ticks, PAYLOAD), new Uint8Array(PAYLOAD).fill(n)),
  );
  return Buffer.concat(parts);
}

/** The bytes in pieces of one size. */
function inPieces(bytes: Buffer, size: number): Readable {
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
    bytes.subarray(n * size, (n + 1) * size),
  );
  return Readable.from(pieces, { objectMode: false });
}

async function readAll(stream: Readable): Promise<{ ticks: number; payload: number[] }[]> {
  const reader = await NutReader.open(streamFlow(stream));
  const frames = [];
  for (let frame = await reader?.next(); frame; frame = await reader?.next()) {
    const payload = new Uint8Array(frame.bytes);
    // In two parts, as planes are.
    await reader?.read(payload.subarray(0, 5));
    await reader?.read(payload.subarray(5));
    frames.push({ ticks: frame.ticks, payload: [...payload] });
  }
  return frames;
}

describe('NutReader', () => {
  it.each([1, 7, 64, 100_000])('reads times and payloads, however the bytes are cut (%i)', async (size) => {
    const frames = await readAll(inPieces(written(), size));
    expect(frames.map(({ ticks }) => ticks)).toEqual(TIMES);
    frames.forEach(({ payload }, n) => expect(payload).toEqual(Array<number>(PAYLOAD).fill(n)));
  });

  it('knows the stream', async () => {
    const reader = await NutReader.open(streamFlow(inPieces(written(), 64)));
    expect(reader).toMatchObject({ width: 4, height: 3, timeBase: { num: 1001, den: 30_000 } });
  });

  it('takes an empty stream for no frames', async () => {
    expect(await NutReader.open(streamFlow(Readable.from([])))).toBeUndefined();
  });

  it('notices an end anywhere but between frames', async () => {
    const bytes = written();
    for (const length of [3, 30, 100, bytes.length - 1, bytes.length - PAYLOAD - 2]) {
      await expect(readAll(inPieces(bytes.subarray(0, length), 50))).rejects.toBeInstanceOf(UnexpectedEnd);
    }
  });

  it('notices every flipped bit of a header', async () => {
    const bytes = written();
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Buffer.from(bytes);
      flipped[at] = flipped[at]! ^ 4;
      const frames = await readAll(inPieces(flipped, 100_000)).catch(() => undefined);
      // What is read all the same may differ in payload only.
      if (frames) expect(frames.map(({ ticks }) => ticks)).toEqual(TIMES);
    }
  });

  it('refuses what is not NUT', async () => {
    await expect(NutReader.open(streamFlow(Readable.from([Buffer.alloc(100)])))).rejects.toThrow(/not NUT/);
  });
});

describe('crc32', () => {
  it('is that of CRC-32/MPEG-2, but for its start from zero', () => {
    const bitwise = (bytes: Uint8Array): number => {
      let crc = 0n;
      for (const byte of [...bytes, 0, 0, 0, 0]) {
        for (let bit = 7; bit >= 0; bit--) {
          crc = (crc << 1n) | BigInt((byte >> bit) & 1);
          if (crc >> 32n) crc ^= 0x104c11db7n;
        }
      }
      return Number(crc);
    };
    const bytes = Uint8Array.from({ length: 99 }, (_, i) => (i * 77 + 5) & 255);
    expect(crc32(bytes)).toBe(bitwise(bytes));
    expect(crc32(bytes.subarray(40), crc32(bytes.subarray(0, 40)))).toBe(bitwise(bytes));
  });
});

describe('ByteReader', () => {
  it('gives numbers of seven bits a byte', async () => {
    const reader = new ByteReader(
      streamFlow(Readable.from([Buffer.from([0x05, 0x81, 0x00, 0xff, 0xff, 0x7f])])),
    );
    expect([await reader.v(), await reader.v(), await reader.v()]).toEqual([5, 128, 2 ** 21 - 1]);
    expect(await reader.atEnd()).toBe(true);
    await expect(reader.byte()).rejects.toBeInstanceOf(UnexpectedEnd);
  });
});
