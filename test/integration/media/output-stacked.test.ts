import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { allocateFrame, Frame, viewPlanes, type FrameFormat } from '../../../src/core/frame.js';
import type { StreamPacket } from '../../../src/output/flv-packets.js';
import { packStacked, stackedBytes, stackedSize } from '../../../src/output/pack-stacked.js';
import { StackedEncoder } from '../../../src/output/stacked-encoder.js';
import { ffmpegTools, temporary } from '../../support/lavfi.js';
import { decodeRaw } from '../../support/media.js';

const FORMAT: FrameFormat = {
  width: 96,
  height: 64,
  model: 'yuv',
  depth: 8,
  tags: { matrix: 'bt709', range: 'tv' },
  sampleAspect: { num: 1, den: 1 },
};
const FRAMES = 12;

it('encodes frame by frame: each packet is there before the next frame is given, and holds colour and alpha', async () => {
  const packets: StreamPacket[] = [];
  let came: () => void = () => undefined;
  const encoder = new StackedEncoder(
    await ffmpegTools(),
    FORMAT,
    (packet) => {
      packets.push(packet);
      came();
    },
    (error) => {
      throw error;
    },
  );
  try {
    for (let n = 0; n < FRAMES; n += 1) {
      const frame = drawn(n);
      const arrival = new Promise<void>((resolve) => {
        came = () => {
          if (packets.filter(({ config }) => !config).length === n + 1) resolve();
        };
      });
      await encoder.write(frame, 100 * n);
      await arrival;
    }
  } finally {
    await encoder.close();
  }
  const [config, ...frames] = packets;
  expect(config).toMatchObject({ kind: 'video', config: true });
  expect(frames.map(({ time }) => time)).toEqual(Array.from({ length: FRAMES }, (_, n) => 100 * n));
  // One a second: the first, and the one at 1000 ms.
  expect(frames.flatMap(({ key }, n) => (key ? [n] : []))).toEqual([0, 10]);

  const path = join(await temporary(), 'stream.h264');
  await writeFile(path, annexB(config!.data, frames));
  const decoded = await decodeRaw(path, ['-pix_fmt', 'yuv420p']);
  const size = stackedSize(FORMAT);
  const bytes = stackedBytes(FORMAT);
  expect(decoded.length).toBe(FRAMES * bytes);
  for (let n = 0; n < FRAMES; n += 1) {
    const at = (x: number, y: number): number => decoded[n * bytes + y * size.width + x]!;
    const inside = 8 + 4 * n;
    expect(at(inside + 8, 32)).toBeGreaterThan(170);
    expect(at(inside + 8, 64 + 32)).toBeGreaterThan(225);
    expect(at(inside === 8 ? 90 : 2, 32)).toBeLessThan(22);
    expect(at(inside === 8 ? 90 : 2, 64 + 32)).toBeLessThan(22);
  }
});

/** A bright bar of 16 pixels before a grey wall, opaque; it moves 4 pixels a frame. */
function drawn(n: number): Frame {
  const memory = allocateFrame(FORMAT, stackedBytes(FORMAT));
  const planes = viewPlanes(memory);
  const [luma, cb, cr] = planes.colour;
  for (let i = 0; i < luma.length; i += 1) {
    const x = i % FORMAT.width;
    const inside = x >= 8 + 4 * n && x < 24 + 4 * n;
    luma[i] = inside ? 190 : 90;
    planes.alpha[i] = inside ? 1 : 0;
  }
  for (const plane of [cb, cr]) plane.fill(128);
  packStacked(planes.packed, planes, FORMAT);
  const timestamp = { ticks: 100 * n, timeBase: { num: 1, den: 1000 } };
  return new Frame({ memory, planes, giveBack: () => undefined }, { index: n, number: n, timestamp });
}

/** The stream with start codes, as a bare H.264 file has them: parameter sets out of avcC, lengths replaced. */
function annexB(avcC: Uint8Array, packets: readonly StreamPacket[]): Buffer {
  const start = Buffer.from([0, 0, 0, 1]);
  const parts: Buffer[] = [];
  const config = Buffer.from(avcC);
  let at = 5;
  for (const mask of [31, 255]) {
    const count = config[at]! & mask;
    at += 1;
    for (let n = 0; n < count; n += 1) {
      const length = config.readUInt16BE(at);
      parts.push(start, config.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
  for (const packet of packets) {
    const data = Buffer.from(packet.data);
    for (let from = 0; from < data.length; from += 4 + data.readUInt32BE(from))
      parts.push(start, data.subarray(from + 4, from + 4 + data.readUInt32BE(from)));
  }
  return Buffer.concat(parts);
}
