import { describe, expect, it } from 'vitest';
import { NutWriter, type NutVideo } from '../../src/ffmpeg/nut-writer.js';

const VIDEO: NutVideo = {
  pixelFormat: 'yuva444p10le',
  width: 640,
  height: 360,
  timeBase: { num: 1, den: 90000 },
  frameRate: { num: 30000, den: 1001 },
  sampleAspect: { num: 4, den: 3 },
};

/** A slow reader of the container, from the specification, for what the writer uses of it. */
class Reader {
  at = 0;
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
  take(count: number): Uint8Array {
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }
  v(): number {
    let value = 0;
    for (;;) {
      const byte = this.take(1)[0]!;
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
    }
  }
  s(): number {
    const coded = this.v() + 1;
    return coded % 2 ? 0 - Math.floor(coded / 2) : coded / 2;
  }
  vb(): Uint8Array {
    return this.take(this.v());
  }
  text(): string {
    return Buffer.from(this.vb()).toString('ascii');
  }
  /** A packet's body, once its checksum is found right. */
  packet(startCode: string): Reader {
    expect(Buffer.from(this.take(8)).toString('hex')).toBe(startCode);
    const length = this.v();
    const body = this.take(length - 4);
    expect(this.u32()).toBe(crcByDivision(body));
    return new Reader(body);
  }
  u32(): number {
    return Buffer.from(this.take(4)).readUInt32BE();
  }
}

/** The remainder of the message, times x^32, divided by the polynomial, over GF(2), with big integers. */
function crcByDivision(bytes: Uint8Array): number {
  const generator = 0x104c11db7n;
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex')}`) << 32n;
  for (let bit = BigInt(bytes.length * 8 + 31); bit >= 32n; bit -= 1n) {
    if ((rest >> bit) & 1n) rest ^= generator << (bit - 32n);
  }
  return Number(rest);
}

describe('the header', () => {
  const reader = new Reader(new NutWriter(VIDEO).header());

  it('names the file, one stream, its time base, one valid frame code, and that frames have no syncpoints', () => {
    expect(Buffer.from(reader.take(25)).toString('latin1')).toBe('nut/multimedia container\0');
    const main = reader.packet('4e4d7a561f5f04ad');
    // Version 4.1, one stream.
    expect([main.v(), main.v(), main.v()]).toEqual([4, 1, 1]);
    expect(main.v()).toBeLessThanOrEqual(65536);
    expect([main.v(), main.v(), main.v()]).toEqual([1, 1, 90000]);
    const flags: number[] = [];
    while (flags.length < 256) {
      const flag = main.v();
      expect(main.v()).toBe(6);
      expect(main.s()).toBe(0);
      expect([main.v(), main.v(), main.v(), main.v()]).toEqual([1, 0, 0, 0]);
      for (let left = main.v(); left > 0;) {
        if (flags.length === 0x4e) {
          flags.push(8192);
          continue;
        }
        flags.push(flag);
        left -= 1;
      }
    }
    if (flags.length === 0x4e) flags.push(8192);
    expect(flags).toHaveLength(256);
    expect(flags.filter((flag) => flag !== 8192)).toEqual([1 | 8 | 32 | 64]);
    expect(main.v()).toBe(0);
    // NUT_PIPE: no syncpoints.
    expect(main.v()).toBe(2);
    expect(main.at).toBe(main.bytes.length);
  });

  it('describes the pictures', () => {
    const stream = reader.packet('4e5311405bf2f9db');
    expect([stream.v(), stream.v()]).toEqual([0, 0]);
    expect([...stream.vb()]).toEqual([0x59, 0x34, 0, 10]);
    expect([stream.v(), stream.v(), stream.v(), stream.v(), stream.v(), stream.v()]).toEqual([
      0, 0, 90000, 0, 0, 0,
    ]);
    expect([stream.v(), stream.v(), stream.v(), stream.v(), stream.v()]).toEqual([640, 360, 4, 3, 0]);
    expect(stream.at).toBe(stream.bytes.length);
  });

  it('says the nominal rate', () => {
    const info = reader.packet('4e49ab68b596ba78');
    expect([info.v(), info.s(), info.v(), info.v(), info.v()]).toEqual([1, 0, 0, 0, 1]);
    expect([info.text(), info.s(), info.text()]).toEqual(['r_frame_rate', -1, '30000/1001']);
  });

  it('ends with the one syncpoint', () => {
    const syncpoint = reader.packet('4e4be4adeeca4569');
    expect([syncpoint.v(), syncpoint.v()]).toEqual([0, 0]);
    expect(reader.at).toBe(reader.bytes.length);
  });
});

describe('frames', () => {
  it('carry their exact time and size', () => {
    const writer = new NutWriter(VIDEO);
    for (const [ticks, size] of [
      [0, 100],
      [3003, 16_588_800],
      [2 ** 40 + 1, 7],
    ] as const) {
      const bytes = writer.frameHeader(ticks, size);
      const reader = new Reader(bytes);
      expect(reader.take(1)[0]).toBe(1);
      expect([reader.v(), reader.v()]).toEqual([ticks + 1, size]);
      const covered = bytes.subarray(0, reader.at);
      expect(reader.u32()).toBe(crcByDivision(covered));
      expect(reader.at).toBe(bytes.length);
    }
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses the time %s', (ticks) => {
    expect(() => new NutWriter(VIDEO).frameHeader(ticks, 1)).toThrow(RangeError);
  });
});
