import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { viewPlanes, allocateFrame } from '../../../src/core/frame.js';
import { packedSize, pack } from '../../../src/output/pack.js';
import {
  builds,
  decode,
  encodeFrames,
  evenTicks,
  ffmpeg,
  probe,
  ramps,
  sourceOf,
  temporaryFolder,
} from './output-support.js';

const BT709 = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', range: 'tv' } as const;
const PQ = { primaries: 'bt2020', transfer: 'smpte2084', matrix: 'bt2020nc', range: 'tv' } as const;

describe.each(await builds())('ProRes 4444 by %s', (_name, tools) => {
  it.each([
    [96, 64, 'yuv', 8],
    [95, 63, 'yuv', 10],
    [96, 64, 'rgb', 16],
  ] as const)('brings back %i×%i %s of %i bits', async (width, height, model, depth) => {
    const path = join(await temporaryFolder(), 'out.mov');
    const source = sourceOf({ width, height, model, depth });
    const fill = ramps(source.format, 2 ** depth - 1);
    const summary = await encodeFrames(
      tools,
      source,
      { path, format: 'prores4444' },
      evenTicks(source, 3),
      fill,
    );
    const notices = depth > 10 ? [expect.stringContaining(`the source has ${depth}`)] : [];
    expect(summary).toMatchObject({ path, frames: 3, notices });

    const decoded = await decode(path, 'yuva444p12le');
    const pixels = width * height;
    const packing = { pixelFormat: 'yuva444p10le', premultiplied: false } as const;
    const planes = viewPlanes(allocateFrame(source.format, packedSize(source.format, packing)));
    let squares = 0;
    for (let index = 0; index < 3; index += 1) {
      fill(planes, index);
      pack(planes.packed, planes, source.format, packing);
      const sent = new Uint16Array(planes.packed.buffer, 0, 4 * pixels);
      const got = decoded.subarray(index * 4 * pixels, (index + 1) * 4 * pixels);
      for (let i = 0; i < 3 * pixels; i += 1) squares += (got[i]! / 4 - sent[i]!) ** 2;
      // Ten bits of alpha survive whole: spread to the twelve that the decoder gives.
      const alphaError = sent
        .subarray(3 * pixels)
        .map((value, i) => Math.abs(Math.round((got[3 * pixels + i]! / 4095) * 1023) - value));
      expect(Math.max(...alphaError)).toBe(0);
    }
    const psnr = 10 * Math.log10(1023 ** 2 / (squares / (9 * pixels)));
    expect(psnr).toBeGreaterThan(55);
  });

  it.each([
    ['BT.709', BT709, BT709],
    ['BT.2020 PQ', PQ, PQ],
    ['full-range BT.601', { ...BT709, matrix: 'smpte170m', range: 'pc' }, { ...BT709, matrix: 'smpte170m' }],
    ['untagged', {}, {}],
  ] as const)('keeps %s tags in atom and frame header', async (_tags, tags, expected) => {
    const path = join(await temporaryFolder(), 'out.mov');
    const source = sourceOf({ tags, sampleAspect: { num: 4, den: 3 } });
    await encodeFrames(
      tools,
      source,
      { path, format: 'prores4444' },
      evenTicks(source, 2),
      ramps(source.format),
    );
    const { streams } = await probe(path, '-show_streams', '-select_streams', 'v');
    const [stream] = streams;
    expect(stream).toMatchObject({
      codec_name: 'prores',
      codec_tag_string: 'ap4h',
      sample_aspect_ratio: '4:3',
    });
    expect([stream!.color_primaries, stream!.color_transfer, stream!.color_space]).toEqual([
      'primaries' in expected ? expected.primaries : undefined,
      'transfer' in expected ? expected.transfer : undefined,
      'matrix' in expected ? expected.matrix : undefined,
    ]);
    // ProRes frame header: 'icpf', then 14 bytes on, primaries, transfer, matrix as in ITU-T H.273; 2 is unspecified.
    const bytes = await readFile(path);
    const header = bytes.subarray(bytes.indexOf('icpf') + 4);
    const codes = { bt709: 1, bt2020: 9, smpte2084: 16, bt2020nc: 9, smpte170m: 6 } as const;
    expect([...header.subarray(14, 17)]).toEqual(
      'primaries' in expected
        ? [codes[expected.primaries], codes[expected.transfer], codes[expected.matrix]]
        : [2, 2, 2],
    );
    expect(bytes.includes('colr')).toBe('primaries' in expected);
  });

  it('keeps irregular times to the tick, a gap of a minute included', async () => {
    const path = join(await temporaryFolder(), 'out.mov');
    const source = sourceOf({}, { timeBase: { num: 1, den: 90000 }, constantRate: false });
    const ticks = [5000, 8003, 8004, 20_000, 20_000 + 60 * 90_000, 5_500_001];
    await encodeFrames(tools, source, { path, format: 'prores4444' }, ticks, ramps(source.format));
    const { packets } = await probe(path, '-show_packets', '-select_streams', 'v');
    expect(packets.map(({ pts }) => pts)).toEqual(ticks.map((tick) => tick - 5000));
    expect((await decode(path, 'gray16le')).length).toBe(ticks.length * 96 * 64);
  });

  it('gives every frame of a constant rate its duration, the last one too', async () => {
    const path = join(await temporaryFolder(), 'out.mov');
    const source = sourceOf({}, { frameRate: { num: 24000, den: 1001 }, timeBase: { num: 1, den: 24000 } });
    await encodeFrames(
      tools,
      source,
      { path, format: 'prores4444' },
      evenTicks(source, 5),
      ramps(source.format),
    );
    const { packets, streams } = await probe(path, '-show_packets', '-show_streams', '-select_streams', 'v');
    expect(packets.map(({ pts, duration }) => [pts, duration])).toEqual(
      [0, 1, 2, 3, 4].map((n) => [n * 1001, 1001]),
    );
    expect(streams[0]).toMatchObject({
      avg_frame_rate: '24000/1001',
      time_base: '1/24000',
      duration_ts: 5005,
    });
  });

  it.each([
    [{ num: 25, den: 1 }, '01:02:03:04'],
    [{ num: 30000, den: 1001 }, '00:59:59;28'],
  ])('keeps the timecode at %o', async (frameRate, timecode) => {
    const path = join(await temporaryFolder(), 'out.mov');
    const source = sourceOf({}, { frameRate, timeBase: { num: 1, den: frameRate.num }, timecode });
    await encodeFrames(
      tools,
      source,
      { path, format: 'prores4444' },
      evenTicks(source, 2),
      ramps(source.format),
    );
    const { streams } = await probe(path, '-show_entries', 'stream=codec_tag_string:stream_tags=timecode');
    expect(streams.find((stream) => stream.codec_tag_string === 'tmcd')).toMatchObject({
      tags: { timecode },
    });
  });

  it('multiplies colour by alpha when asked', async () => {
    const path = join(await temporaryFolder(), 'out.mov');
    const source = sourceOf({ depth: 10 });
    const target = { path, format: 'prores4444', premultiplied: true } as const;
    await encodeFrames(tools, source, target, [0], ({ colour, alpha }) => {
      colour[0].fill(900);
      colour[1].fill(300);
      colour[2].fill(700);
      alpha.fill(0.5);
    });
    const decoded = await decode(path, 'yuva444p12le');
    const pixels = 96 * 64;
    const means = [0, 1, 2, 3].map((plane) => {
      const samples = decoded.subarray(plane * pixels, (plane + 1) * pixels);
      return samples.reduce((sum, value) => sum + value, 0) / pixels / 4;
    });
    [64 + 836 / 2, 512 - 212 / 2, 512 + 188 / 2, 511.75].forEach((value, plane) =>
      expect(Math.abs(means[plane]! - value)).toBeLessThan(1.5),
    );
  });
});

describe.each(await builds())('sound in ProRes by %s', (_name, tools) => {
  async function clip(folder: string, extension: string, ...codec: string[]): Promise<string> {
    const path = join(folder, `clip.${extension}`);
    const pictures = ['-f', 'lavfi', '-i', 'testsrc2=s=96x64:r=25:d=2'];
    await ffmpeg(
      ...pictures,
      '-f',
      'lavfi',
      '-i',
      'aevalsrc=exprs=0.5*sin(800*t*t*t):d=2:s=48000',
      ...codec,
      path,
    );
    return path;
  }
  const packetHash = async (path: string): Promise<string> =>
    (await ffmpeg('-i', path, '-map', '0:a', '-c', 'copy', '-f', 'streamhash', '-')).toString();

  it.each([
    ['aac', 'mp4', ['-c:a', 'aac']],
    ['pcm_s24le', 'mov', ['-c:a', 'pcm_s24le']],
    ['mp3', 'mp4', ['-c:a', 'libmp3lame']],
  ])('is copied packet for packet: %s', async (codec, extension, options) => {
    const folder = await temporaryFolder();
    const path = join(folder, 'out.mov');
    const input = await clip(folder, extension, ...options);
    const source = sourceOf({}, { path: input, audio: { codecs: [codec], startSeconds: 0 } });
    const { notices } = await encodeFrames(
      tools,
      source,
      { path, format: 'prores4444' },
      evenTicks(source, 50),
      ramps(source.format),
    );
    expect(notices).toEqual([]);
    expect(await packetHash(path)).toBe(await packetHash(input));
    const { packets } = await probe(path, '-show_packets', '-select_streams', 'v');
    expect(packets.map(({ pts }) => pts)).toEqual(Array.from({ length: 50 }, (_, n) => n * 512));
  });

  it('is cut to a range in step with the frames', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'out.mov');
    const input = await clip(folder, 'mov', '-c:a', 'pcm_s16le');
    const audio = { codecs: ['pcm_s16le'], startSeconds: 1, durationSeconds: 0.4 };
    const source = sourceOf({}, { path: input, audio });
    await encodeFrames(
      tools,
      source,
      { path, format: 'prores4444' },
      evenTicks(source, 10),
      ramps(source.format),
    );
    const sound = async (file: string, ...from: string[]): Promise<Int16Array> => {
      const bytes = Uint8Array.from(await ffmpeg(...from, '-i', file, '-map', '0:a', '-f', 's16le', '-'));
      return new Int16Array(bytes.buffer);
    };
    const [cut, whole] = [await sound(path), await sound(input)];
    expect(Math.abs(cut.length / 48000 - 0.4)).toBeLessThan(0.03);
    const { packets } = await probe(path, '-show_packets', '-select_streams', 'a');
    const start = Number(packets[0]!.pts_time);
    expect(start).toBeGreaterThanOrEqual(0);
    expect(start).toBeLessThan(0.022);
    // Old builds keep starts to a millisecond only.
    const slack = tools.lacks.includes('movie_timescale') ? 48 : 1;
    const expected = Math.round(48000 * (1 + start));
    const played = Buffer.from(cut.slice(0, 9600).buffer);
    const offsets = Array.from({ length: 2 * slack + 1 }, (_, i) => i - slack);
    expect(
      offsets.filter((offset) =>
        Buffer.from(whole.slice(expected + offset, expected + offset + 9600).buffer).equals(played),
      ),
    ).toHaveLength(1);
  });

  it('is re-encoded, and said to be, where QuickTime cannot hold it', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'out.mov');
    const input = await clip(folder, 'mkv', '-c:a', 'flac');
    const source = sourceOf({}, { path: input, audio: { codecs: ['flac'], startSeconds: 0 } });
    const { notices } = await encodeFrames(
      tools,
      source,
      { path, format: 'prores4444' },
      evenTicks(source, 5),
      ramps(source.format),
    );
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain('flac');
    const decoded = async (file: string): Promise<Buffer> =>
      ffmpeg('-i', file, '-map', '0:a', '-f', 's16le', '-');
    expect((await decoded(path)).equals(await decoded(input))).toBe(true);
  });
});
