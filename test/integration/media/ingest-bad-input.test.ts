import { copyFile, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../src/core/errors.js';
import { FramePool } from '../../../src/core/frame-pool.js';
import { openClip } from '../../../src/ingest/clip.js';
import { readFrames } from '../../../src/ingest/read-frames.js';
import { ffmpegTools, makeVideo, never, plainFfmpeg, temporary } from '../../support/lavfi.js';

/** Opens and decodes to the end; the number of frames. */
async function decodeAll(path: string, range?: readonly [number, number]): Promise<number> {
  const ffmpeg = await ffmpegTools();
  const clip = await openClip(ffmpeg, path, { ...(range && { range }), signal: never() });
  const pool = new FramePool(clip.format, { size: 2, packedBytes: 0 });
  let frames = 0;
  try {
    for await (const frame of readFrames(ffmpeg, clip, pool, never())) {
      frame.release();
      frames += 1;
    }
    return frames;
  } finally {
    expect(pool.inUse).toBe(0);
  }
}

async function refuses(path: string, code: ErrorCode, words = /./): Promise<void> {
  await expect(decodeAll(path)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(words) as string,
  });
}

async function pictures(
  folder: string,
  size: string,
  start: number,
  count: number,
  ending = 'png',
): Promise<void> {
  await plainFfmpeg(
    ...['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=24`, '-frames:v', String(count)],
    ...['-start_number', String(start), join(folder, `a.%04d.${ending}`)],
  );
}

describe('openClip and readFrames refuse', () => {
  it('a missing file', () => refuses('/nowhere/shot.mov', 'INPUT_MISSING', /shot\.mov/));

  it.each(['notes.mp4', 'notes.mkv', 'notes'])('text called %s', async (name) => {
    const path = join(await temporary(), name);
    await writeFile(path, 'not a film\n'.repeat(500));
    await refuses(path, 'INPUT_NOT_MEDIA', /notes/);
  });

  it('an empty file', async () => {
    const path = join(await temporary(), 'empty.mp4');
    await writeFile(path, '');
    await refuses(path, 'INPUT_NOT_MEDIA');
  });

  it('an mp4 whose end, and so its index, is missing', async () => {
    const path = await makeVideo(join(await temporary(), 'a.mp4'), ['-c:v', 'libx264'], { frames: 60 });
    const { length } = await readFile(path);
    await truncate(path, length - 400);
    await refuses(path, 'INPUT_DAMAGED', /a\.mp4/);
    await truncate(path, Math.floor(length / 2));
    await refuses(path, 'INPUT_NOT_MEDIA', /a\.mp4/);
  });

  it.each([
    ['a.mp4', ['-c:v', 'libx264', '-movflags', '+faststart']],
    ['a.mov', ['-c:v', 'prores_ks', '-movflags', '+faststart']],
    ['a.mkv', ['-c:v', 'ffv1']],
    ['b.mkv', ['-c:v', 'libx264']],
    ['a.avi', ['-c:v', 'mjpeg']],
    ['a.webm', ['-c:v', 'libvpx-vp9', '-deadline', 'realtime']],
  ])('a file cut short anywhere (%s)', async (name, options) => {
    const folder = await temporary();
    const whole = await makeVideo(join(folder, `whole-${name}`), options, { frames: 60 });
    const { length } = await readFile(whole);
    for (const part of [0.5, 0.77, 0.9]) {
      const path = join(folder, name);
      await copyFile(whole, path);
      await truncate(path, Math.floor(length * part));
      await refuses(path, 'INPUT_DAMAGED', /cut short|decoded/);
    }
  });

  it.each([
    ['a.mp4', ['-c:v', 'libx264']],
    ['a.mkv', ['-c:v', 'ffv1', '-level', '3', '-slicecrc', '1']],
  ])('a file with flipped bits (%s), whatever ffmpeg notices', async (name, options) => {
    const path = await makeVideo(join(await temporary(), name), options, { frames: 12 });
    const sound = await readFile(path);
    const before = await plainFfmpeg('-i', path, '-f', 'framemd5', 'pipe:1');
    let refused = 0;
    for (let flip = 0; flip < 24; flip++) {
      const bytes = Buffer.from(sound);
      const at = Math.floor(((flip + 0.5) / 24) * bytes.length);
      bytes[at] = bytes[at]! ^ (1 << (flip % 8));
      await writeFile(path, bytes);
      const damage = await decodeAll(path).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (damage) {
        expect(damage).toMatchObject({
          code: expect.stringMatching(/^INPUT_(DAMAGED|NOT_MEDIA|UNSUPPORTED)$/) as string,
        });
        refused += 1;
      } else if (name.endsWith('.mkv')) {
        // FFV1 carries checksums: what passes is what it was.
        expect((await plainFfmpeg('-i', path, '-f', 'framemd5', 'pipe:1')).equals(before)).toBe(true);
      }
    }
    expect(refused).toBeGreaterThan(6);
  });

  it('a playlist, under any name, without reading what it names', async () => {
    const folder = await temporary();
    const secret = await makeVideo(join(folder, 'secret.ts'), ['-c:v', 'libx264']);
    const hls = `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://${secret}\n#EXT-X-ENDLIST\n`;
    const playlists = { 'a.mp4': hls, 'a.m3u8': hls, 'b.mp4': `ffconcat version 1.0\nfile secret.ts\n` };
    for (const [name, text] of Object.entries(playlists)) {
      const path = join(folder, name);
      await writeFile(path, text);
      await refuses(path, 'INPUT_NOT_MEDIA');
    }
  });

  it('sound without pictures, cover art included', async () => {
    const folder = await temporary();
    const sound = join(folder, 'a.m4a');
    await plainFfmpeg('-f', 'lavfi', '-i', 'sine', '-t', '1', sound);
    await refuses(sound, 'INPUT_EMPTY', /audio/);
    await pictures(folder, '32x32', 1, 1);
    const cover = join(folder, 'b.m4a');
    await plainFfmpeg(
      ...[
        '-i',
        sound,
        '-i',
        join(folder, 'a.0001.png'),
        '-map',
        '0',
        '-map',
        '1',
        '-c:a',
        'copy',
        '-c:v',
        'png',
      ],
      ...['-disposition:v', 'attached_pic', '-f', 'mp4', cover],
    );
    await refuses(cover, 'INPUT_EMPTY');
  });

  it('a video without frames', async () => {
    const path = join(await temporary(), 'a.y4m');
    await writeFile(path, 'YUV4MPEG2 W32 H32 F25:1 Ip A1:1 C420jpeg\n');
    await refuses(path, 'INPUT_EMPTY');
  });

  it('interlaced video, naming the way out', async () => {
    const options = ['-vf', 'interlace', '-c:v', 'libx264', '-flags', '+ildct+ilme'];
    await refuses(
      await makeVideo(join(await temporary(), 'a.mp4'), options),
      'INPUT_UNSUPPORTED',
      /deinterlace/,
    );
  });

  it('pictures of float', async () => {
    const path = await makeVideo(join(await temporary(), 'a.mkv'), ['-c:v', 'exr'], { frames: 1 });
    await refuses(path, 'INPUT_UNSUPPORTED', /gbrpf32/);
  });

  it('a size that changes on the way', async () => {
    const folder = await temporary();
    const parts = ['64x48', '96x64'].map((size, i) => ({ path: join(folder, `${i}.h264`), size }));
    for (const { path, size } of parts) await makeVideo(path, ['-c:v', 'libx264'], { size, frames: 8 });
    const path = join(folder, 'both.h264');
    await writeFile(path, Buffer.concat(await Promise.all(parts.map((part) => readFile(part.path)))));
    await refuses(path, 'INPUT_UNSUPPORTED', /size/);
  });

  it('a range the clip does not have', async () => {
    const path = await makeVideo(join(await temporary(), 'a.mkv'), ['-c:v', 'ffv1']);
    for (const range of [
      [2, 12],
      [-1, 3],
      [5, 4],
    ] as const) {
      await expect(decodeAll(path, range)).rejects.toMatchObject({ code: 'USAGE' });
    }
    expect(await decodeAll(path, [11, 11])).toBe(1);
  });
});

describe('a folder of pictures is refused', () => {
  it('without any', async () => {
    const folder = await temporary();
    await writeFile(join(folder, 'readme.txt'), 'nothing here');
    await refuses(folder, 'INPUT_EMPTY', /PNG/);
    await refuses(join(folder, 'shot.%04d.png'), 'INPUT_EMPTY');
  });

  it('for a pattern in a folder that is not there', () => refuses('/nowhere/shot.%04d.png', 'INPUT_MISSING'));

  it('with a gap, unless the range avoids it', async () => {
    const folder = await temporary();
    await pictures(folder, '32x32', 1001, 3);
    await pictures(folder, '32x32', 1006, 2);
    await refuses(folder, 'INPUT_DAMAGED', /1004.*1 more/);
    expect(await decodeAll(folder, [1001, 1003])).toBe(3);
    expect(await decodeAll(folder, [1006, 1007])).toBe(2);
  });

  it('of several sizes', async () => {
    const folder = await temporary();
    await pictures(folder, '32x32', 1, 2);
    await pictures(folder, '48x32', 3, 1);
    await refuses(folder, 'INPUT_UNSUPPORTED', /a\.0003\.png.*48×32.*32×32/);
  });

  it('with two sequences, unless one is named', async () => {
    const folder = await temporary();
    await pictures(folder, '32x32', 1, 2);
    await pictures(folder, '32x32', 1, 3, 'jpg');
    await refuses(folder, 'INPUT_UNSUPPORTED', /%04d/);
    expect(await decodeAll(join(folder, 'a.%04d.jpg'))).toBe(3);
  });

  it('with a picture that is none, or damaged', async () => {
    const folder = await temporary();
    await pictures(folder, '64x64', 1, 4);
    const third = join(folder, 'a.0003.png');
    const bytes = await readFile(third);
    bytes[Math.floor(bytes.length / 2)]! ^= 255;
    await writeFile(third, bytes);
    await refuses(folder, 'INPUT_DAMAGED');
    await writeFile(third, '#EXTM3U\n');
    await refuses(folder, 'INPUT_DAMAGED', /a\.0003\.png/);
  });

  it('numbered in two ways', async () => {
    const folder = await temporary();
    await pictures(folder, '32x32', 1, 2);
    await copyFile(join(folder, 'a.0002.png'), join(folder, 'a.3.png'));
    await refuses(folder, 'INPUT_UNSUPPORTED', /a\.3\.png|a\.0001\.png/);
    await mkdir(join(folder, 'other'));
    expect(await readdir(join(folder, 'other'))).toEqual([]);
  });
});
