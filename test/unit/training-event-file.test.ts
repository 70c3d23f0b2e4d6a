import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { crc32c } from '../../src/training/crc32c.js';
import { EventFile } from '../../src/training/event-file.js';
import { temporaryFolder } from '../support/made-clip.js';

/** Fields of a protocol buffer message, by number; what is nested stays bytes. */
function fields(bytes: Uint8Array): Map<number, (number | bigint | Uint8Array)[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = new Map<number, (number | bigint | Uint8Array)[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = Number(varint());
    let value: number | bigint | Uint8Array;
    if ((key & 7) === 0) value = varint();
    else if ((key & 7) === 1) value = view.getFloat64((at += 8) - 8, true);
    else if ((key & 7) === 5) value = view.getFloat32((at += 4) - 4, true);
    else {
      const length = Number(varint());
      value = bytes.subarray(at, (at += length));
    }
    found.set(key >> 3, [...(found.get(key >> 3) ?? []), value]);
  }
  return found;
}

/** The payloads of a TFRecord file whose checksums hold. */
function records(file: Buffer): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  const unmasked = (at: number): number => {
    const rotated = (file.readUInt32LE(at) - 0xa282ead8) >>> 0;
    return ((rotated >>> 17) | (rotated << 15)) >>> 0;
  };
  for (let at = 0; at < file.length;) {
    const length = Number(file.readBigUInt64LE(at));
    expect(unmasked(at + 8)).toBe(crc32c(file.subarray(at, at + 8)));
    const payload = file.subarray(at + 12, at + 12 + length);
    expect(unmasked(at + 12 + length)).toBe(crc32c(payload));
    payloads.push(payload);
    at += length + 16;
  }
  return payloads;
}

const text = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString();

it('has the checksum that RFC 3720 gives', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
});

it('holds the scalars and pictures of each step', async () => {
  const folder = join(await temporaryFolder(), 'log');
  const before = Date.now() / 1000;
  const log = await EventFile.create(folder);
  await log.scalars(300, { 'loss/alpha': 0.25, 'rate/samples': 4 });
  await log.image(301, 'samples', { width: 4, height: 2, channels: 3, png: Uint8Array.of(1, 2, 3) });
  await log.close();

  const [name] = await readdir(folder);
  expect(name).toMatch(/^events\.out\.tfevents\.\d+\./);
  const events = records(await readFile(join(folder, name!))).map(fields);
  expect(events).toHaveLength(3);
  expect(text(events[0]!.get(3)![0])).toBe('brain.Event:2');
  for (const event of events) expect(event.get(1)![0]).toBeGreaterThanOrEqual(before);

  expect(events[1]!.get(2)).toEqual([300n]);
  const values = fields(events[1]!.get(5)![0] as Uint8Array)
    .get(1)!
    .map((value) => fields(value as Uint8Array));
  expect(values.map((value) => [text(value.get(1)![0]), value.get(2)![0]])).toEqual([
    ['loss/alpha', 0.25],
    ['rate/samples', 4],
  ]);

  const [picture] = fields(events[2]!.get(5)![0] as Uint8Array).get(1)!;
  const image = fields(fields(picture as Uint8Array).get(4)![0] as Uint8Array);
  expect([image.get(1), image.get(2), image.get(3)]).toEqual([[2n], [4n], [3n]]);
  expect(image.get(4)![0]).toEqual(Buffer.of(1, 2, 3));
});

it('says so when it cannot be written', async () => {
  const file = join(await temporaryFolder(), 'taken');
  await (await EventFile.create(file)).close();
  const [name] = await readdir(file);
  await expect(EventFile.create(join(file, name!))).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
});
