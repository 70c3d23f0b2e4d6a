import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Ffmpeg } from '../../../src/ffmpeg/tools.js';
import { openClip, type Clip } from '../../../src/ingest/clip.js';
import { readPictures } from '../../../src/ingest/read-pictures.js';
import { ffmpegTools, makeVideo, never, plainFfmpeg, plainFfprobe, temporary } from '../../support/lavfi.js';
import { readAll } from '../../support/read-all.js';

async function open(
  path: string,
  range?: readonly [number, number],
): Promise<{ ffmpeg: Ffmpeg; clip: Clip }> {
  const ffmpeg = await ffmpegTools();
  return { ffmpeg, clip: await openClip(ffmpeg, path, { ...(range && { range }), signal: never() }) };
}

/** ffmpeg's own raw frames. */
async function plainFrames(path: string, pixelFormat: string, ...filters: string[]): Promise<Buffer> {
  return plainFfmpeg(
    ...['-i', path, ...(filters.length > 0 ? ['-vf', filters.join(',')] : [])],
    ...['-fps_mode', 'passthrough', '-pix_fmt', pixelFormat, '-f', 'rawvideo', 'pipe:1'],
  );
}

async function shownTicks(path: string): Promise<number[]> {
  const list = await plainFfprobe(
    '-select_streams',
    'v:0',
    '-show_entries',
    'frame=pts',
    '-of',
    'json',
    path,
  );
  return (JSON.parse(list) as { frames: { pts: number }[] }).frames.map(({ pts }) => pts);
}

describe('the planes of a frame', () => {
  it.each([
    ['yuv420p', 'yuv444p', 'yuv', 8],
    ['yuv422p', 'yuv444p', 'yuv', 8],
    ['yuv420p10le', 'yuv444p10le', 'yuv', 10],
    ['yuv422p12le', 'yuv444p12le', 'yuv', 12],
    ['yuv444p16le', 'yuv444p16le', 'yuv', 16],
  ] as const)("of %s are ffmpeg's own %s", async (stored, decoded, model, depth) => {
    const path = await makeVideo(join(await temporary(), 'a.mkv'), ['-c:v', 'ffv1', '-pix_fmt', stored], {
      frames: 4,
    });
    const { ffmpeg, clip } = await open(path);
    expect(clip.format).toMatchObject({ width: 64, height: 48, model, depth });
    const read = await readAll(ffmpeg, clip);
    expect(Buffer.concat(read.map(({ bytes }) => bytes)).equals(await plainFrames(path, decoded))).toBe(true);
  });

  it.each([
    ['bgr0', 'gbrp', 8],
    ['gbrp10le', 'gbrp10le', 10],
    ['gbrp16le', 'gbrp16le', 16],
    ['gray', 'gbrp', 8],
    ['gray16le', 'gbrp16le', 16],
  ] as const)('of %s are red, green, blue', async (stored, decoded, depth) => {
    const path = await makeVideo(join(await temporary(), 'a.mkv'), ['-c:v', 'ffv1', '-pix_fmt', stored], {
      frames: 2,
    });
    const { ffmpeg, clip } = await open(path);
    expect(clip.format).toMatchObject({ model: 'rgb', depth });
    const read = await readAll(ffmpeg, clip);
    const plain = await plainFrames(path, decoded);
    const plane = 64 * 48 * (depth === 8 ? 1 : 2);
    const expected = [0, 1].flatMap((n) =>
      [2, 0, 1].map((p) => plain.subarray((3 * n + p) * plane, (3 * n + p + 1) * plane)),
    );
    expect(Buffer.concat(read.map(({ bytes }) => bytes)).equals(Buffer.concat(expected))).toBe(true);
  });

  it('keep the luma of full-range video and of limited-range grey', async () => {
    const folder = await temporary();
    for (const [name, pixelFormat, range] of [
      ['full.mkv', 'yuv420p', 'pc'],
      ['grey.mkv', 'gray', 'tv'],
    ] as const) {
      const options = ['-vf', `format=${pixelFormat}`, '-c:v', 'ffv1', '-color_range', range];
      const path = await makeVideo(join(folder, name), options, { frames: 1 });
      const { ffmpeg, clip } = await open(path);
      expect(clip.format).toMatchObject({ model: 'yuv', tags: { range } });
      const stored = await plainFrames(path, pixelFormat);
      const [frame] = await readAll(ffmpeg, clip);
      expect(frame!.bytes.subarray(0, 64 * 48).equals(stored.subarray(0, 64 * 48))).toBe(true);
    }
  });

  it('have their chroma where the file says it lies', async () => {
    const folder = await temporary();
    // A chroma sample is four codes more than the one on its left; beside luma's columns 0, 2, 4 …
    const ramp = "nullsrc=size=64x48:rate=25,format=yuv420p,geq=lum=128:cb='60+4*X':cr=128";
    for (const location of ['left', 'center'] as const) {
      const path = join(folder, `${location}.mp4`);
      await plainFfmpeg(
        ...['-f', 'lavfi', '-i', ramp, '-frames:v', '1', '-c:v', 'libx264', '-qp', '0'],
        ...['-chroma_sample_location', location, path],
      );
      const { ffmpeg, clip } = await open(path);
      const [frame] = await readAll(ffmpeg, clip);
      const row = frame!.bytes.subarray(64 * 48 + 20 * 64);
      const first = location === 'left' ? [80, 82, 84, 86] : [79, 81, 83, 85];
      expect([...row.subarray(10, 14)]).toEqual(first);
    }
  });

  it('stand upright where the file says it is turned', async () => {
    const folder = await temporary();
    const flat = await makeVideo(join(folder, 'flat.mp4'), ['-c:v', 'libx264', '-qp', '0'], { frames: 3 });
    const path = join(folder, 'turned.mp4');
    await plainFfmpeg('-i', flat, '-c', 'copy', '-metadata:s:v', 'rotate=90', path);
    const { ffmpeg, clip } = await open(path);
    expect(clip.format).toMatchObject({ width: 48, height: 64 });
    const read = await readAll(ffmpeg, clip);
    // H.264's chroma lies at the left, which is below now.
    const upright = await plainFrames(
      path,
      'yuv444p',
      'scale=in_h_chr_pos=128:in_v_chr_pos=256',
      'format=yuv444p',
    );
    expect(Buffer.concat(read.map(({ bytes }) => bytes)).equals(upright)).toBe(true);
  });

  it('come without the alpha of the source, which is said', async () => {
    const options = ['-c:v', 'ffv1', '-pix_fmt', 'yuva420p'];
    const { ffmpeg, clip } = await open(
      await makeVideo(join(await temporary(), 'a.mkv'), options, { frames: 1 }),
    );
    expect(clip.notices).toHaveLength(1);
    expect(await readAll(ffmpeg, clip)).toHaveLength(1);
  });
});

describe('the times of frames', () => {
  it.each([
    ['a.mp4', ['-c:v', 'libx264', '-bf', '2']],
    ['a.mkv', ['-c:v', 'libx264', '-bf', '2']],
    ['late.ts', ['-c:v', 'libx264', '-bf', '2', '-output_ts_offset', '7.5']],
  ])("of a constant rate (%s) are ffprobe's", async (name, options) => {
    const path = await makeVideo(join(await temporary(), name), options, { frames: 30, rate: '30000/1001' });
    const { ffmpeg, clip } = await open(path);
    expect(clip).toMatchObject({ constantRate: true, frameCount: 30, frameRate: { num: 30000, den: 1001 } });
    const read = await readAll(ffmpeg, clip);
    expect(read.map(({ ticks }) => ticks)).toEqual(await shownTicks(path));
  });

  it.each(['a.mp4', 'a.mkv'])("of a varying rate (%s) are ffprobe's", async (name) => {
    const options = [
      '-vf',
      "select='not(mod(n*n,3))*not(eq(mod(n,11),4))'",
      '-fps_mode',
      'vfr',
      '-c:v',
      'libx264',
    ];
    const path = await makeVideo(join(await temporary(), name), options, { frames: 58 });
    const { ffmpeg, clip } = await open(path);
    expect(clip).toMatchObject({ constantRate: false, frameCount: 58 });
    const read = await readAll(ffmpeg, clip);
    const expected = await shownTicks(path);
    expect(new Set(expected.map((tick, i) => tick - (expected[i - 1] ?? 0))).size).toBeGreaterThan(2);
    expect(read.map(({ ticks }) => ticks)).toEqual(expected);
  });

  it('leave out what an edit list hides', async () => {
    const folder = await temporary();
    const whole = await makeVideo(join(folder, 'whole.mp4'), ['-c:v', 'libx264', '-g', '50'], { frames: 50 });
    const path = join(folder, 'cut.mp4');
    await plainFfmpeg('-ss', '0.8', '-i', whole, '-c', 'copy', path);
    const { ffmpeg, clip } = await open(path);
    expect(clip.frameCount).toBe(30);
    expect((await readAll(ffmpeg, clip)).map(({ ticks }) => ticks)).toEqual(await shownTicks(path));
  });
});

describe('a range', () => {
  it('of a video is exactly those frames, with their own times', async () => {
    const options = [
      '-f',
      'lavfi',
      '-i',
      'sine',
      '-c:v',
      'libx264',
      '-g',
      '9',
      '-shortest',
      '-timecode',
      '01:00:00:20',
    ];
    const path = join(await temporary(), 'a.mov');
    await plainFfmpeg('-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=25', '-t', '1.6', ...options, path);
    const { ffmpeg, clip } = await open(path);
    const all = await readAll(ffmpeg, clip);
    const part = (await open(path, [13, 29])).clip;
    expect(part).toMatchObject({
      frameCount: 17,
      firstNumber: 13,
      audioCodecs: ['aac'],
      timecode: '01:00:01:08',
    });
    expect(part.startSeconds).toBeCloseTo(13 / 25, 6);
    expect(part.durationSeconds).toBeCloseTo(17 / 25, 6);
    expect(await readAll(ffmpeg, part)).toEqual(all.slice(13, 30));
  });

  it('of pictures counts in their own numbers', async () => {
    const folder = await temporary();
    await mkdir(join(folder, '100%'));
    const pictures = join(folder, '100%', 'shot.%04d.png');
    await plainFfmpeg(
      ...['-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=24', '-frames:v', '10', '-start_number', '1001'],
      join(folder, '100%%', 'shot.%04d.png'),
    );
    const { ffmpeg, clip } = await open(join(folder, '100%'));
    expect(clip).toMatchObject({
      kind: 'sequence',
      frameCount: 10,
      firstNumber: 1001,
      frameRate: { num: 24, den: 1 },
    });
    const all = await readAll(ffmpeg, clip);
    expect(all.map(({ number }) => number)).toEqual([
      1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010,
    ]);
    expect(all.map(({ ticks }) => ticks)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const part = (await open(pictures, [1003, 1006])).clip;
    expect(part).toMatchObject({ frameCount: 4, firstNumber: 1003 });
    expect(await readAll(ffmpeg, part)).toEqual(all.slice(2, 6));
  });

  it.each([
    ['jpg', 'mjpeg'],
    ['tif', 'tiff'],
    ['webp', 'libwebp'],
  ])('of %s pictures', async (ending, codec) => {
    const folder = await temporary();
    const pattern = join(folder, `f%d.${ending}`);
    await plainFfmpeg(
      '-f',
      'lavfi',
      '-i',
      'testsrc2=size=64x48:rate=24',
      '-frames:v',
      '12',
      '-c:v',
      codec,
      '-f',
      'image2',
      pattern,
    );
    const { ffmpeg, clip } = await open(folder, [2, 11]);
    expect((await readAll(ffmpeg, clip)).map(({ number }) => number)).toEqual([
      2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
    ]);
  });
});

describe('reduced pictures', () => {
  it("are ffmpeg's area average, of the run's frames", async () => {
    const path = await makeVideo(join(await temporary(), 'a.mkv'), ['-c:v', 'ffv1', '-pix_fmt', 'bgr0']);
    const { ffmpeg, clip } = await open(path, [3, 8]);
    const rgb: Uint8Array[] = [];
    for await (const picture of readPictures(ffmpeg, clip, { width: 32, height: 24 }, never())) {
      expect(picture.index).toBe(rgb.length);
      expect(picture.rgb.buffer).toBeInstanceOf(SharedArrayBuffer);
      rgb.push(picture.rgb);
    }
    const plain = await plainFrames(path, 'rgb24', 'scale=32:24:flags=area');
    expect(Buffer.concat(rgb).equals(plain.subarray(3 * 32 * 24 * 3, 9 * 32 * 24 * 3))).toBe(true);
  });
});
