import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { allocateFrame, viewPlanes } from '../../../src/core/frame.js';
import { packMatte, packRgba } from '../../../src/output/pack.js';
import {
  builds,
  decode,
  encodeFrames,
  evenTicks,
  probe,
  ramps,
  sourceOf,
  temporaryFolder,
} from './output-support.js';

describe.each(await builds())('numbered pictures by %s', (_name, tools) => {
  it.each(['yuv', 'rgb'] as const)(
    'hold every bit of %s frames, under the frames’ own numbers',
    async (model) => {
      // A name that ffmpeg would take for a pattern.
      const path = join(await temporaryFolder(), '100%d keyed');
      const source = sourceOf({ model, depth: 10, tags: { matrix: 'bt709' } }, { firstNumber: 9999 });
      const fill = ramps(source.format, 1023);
      const ticks = evenTicks(source, 3);
      const { frames, bytes } = await encodeFrames(tools, source, { path, format: 'png' }, ticks, fill);
      expect(frames).toBe(3);
      expect(bytes).toBeGreaterThan(1000);
      expect((await readdir(path)).sort()).toEqual(['09999.png', '10000.png', '10001.png']);
      const planes = viewPlanes(allocateFrame(source.format, 0));
      const expected = new Uint16Array(96 * 64 * 4);
      for (const [index, name] of ['09999.png', '10000.png', '10001.png'].entries()) {
        fill(planes, index);
        packRgba(expected, planes, source.format);
        const written = join(path, name);
        expect(await sharp(written).metadata()).toMatchObject({ channels: 4, depth: 'ushort' });
        expect(Buffer.from((await decode(written, 'rgba64le')).buffer)).toEqual(Buffer.from(expected.buffer));
      }
    },
  );

  it('of the matte alone are grey', async () => {
    const path = join(await temporaryFolder(), 'matte');
    const source = sourceOf({}, { firstNumber: 7 });
    const fill = ramps(source.format);
    await encodeFrames(tools, source, { path, format: 'matte' }, evenTicks(source, 2), fill);
    expect((await readdir(path)).sort()).toEqual(['0007.png', '0008.png']);
    const planes = viewPlanes(allocateFrame(source.format, 0));
    const expected = new Uint16Array(96 * 64);
    fill(planes, 1);
    packMatte(expected, planes.alpha);
    const written = join(path, '0008.png');
    expect(await sharp(written).metadata()).toMatchObject({ channels: 1, depth: 'ushort' });
    expect([...(await decode(written, 'gray16le'))]).toEqual([...expected]);
  });
});

describe.each(await builds())('a matte as video by %s', (_name, tools) => {
  it('is lossless at sixteen bits in Matroska', async () => {
    const path = join(await temporaryFolder(), 'matte.mkv');
    const source = sourceOf({ width: 95, height: 63 });
    const fill = ramps(source.format);
    await encodeFrames(tools, source, { path, format: 'matte' }, evenTicks(source, 2), fill);
    const planes = viewPlanes(allocateFrame(source.format, 0));
    const expected = new Uint16Array(95 * 63 * 2);
    fill(planes, 0);
    packMatte(expected, planes.alpha);
    fill(planes, 1);
    packMatte(expected.subarray(95 * 63), planes.alpha);
    const decoded = await decode(path, 'gray16le');
    expect(Buffer.from(decoded.buffer).equals(Buffer.from(expected.buffer))).toBe(true);
    expect((await probe(path, '-show_packets')).packets.map(({ pts }) => pts)).toEqual([0, 40]);
  });

  it('is limited-range luma in QuickTime', async () => {
    const path = join(await temporaryFolder(), 'matte.mov');
    const source = sourceOf({ tags: { transfer: 'smpte2084', primaries: 'bt2020', matrix: 'bt2020nc' } });
    await encodeFrames(tools, source, { path, format: 'matte' }, evenTicks(source, 1), ({ alpha }) => {
      alpha.forEach((_, i) => (alpha[i] = Math.floor((i % 96) / 32) / 2));
    });
    const decoded = await decode(path, 'yuv444p12le');
    const at = (x: number): number => decoded[96 * 30 + x]! / 4;
    [64, 502, 940].forEach((value, step) => expect(Math.abs(at(16 + 32 * step) - value)).toBeLessThan(2));
    const stream = (await probe(path, '-show_streams')).streams[0]!;
    expect(stream.codec_tag_string).toBe('ap4h');
    expect(stream.color_transfer).toBeUndefined();
  });
});
