import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { meanAbsoluteDifference } from '../../../src/evaluation/metrics.js';
import type { FinishedFrame } from '../../../src/index.js';
import { openClip } from '../../../src/ingest/clip.js';
import { readPictures } from '../../../src/ingest/read-pictures.js';
import { matteFrames } from '../../../src/pipeline/matte-video.js';
import { smallClip } from '../../support/made-clip.js';
import { ffmpegTools, never, plainFfmpeg, temporary } from '../../support/lavfi.js';
import { matteWhole, PIXELS, SIZE, videoStream, words } from './film-support.js';

/** Light from −1 to 15, different in every plane and frame: green, blue, red and an alpha that is not used. */
function light(frame: number): Float32Array {
  return Float32Array.from({ length: 4 * PIXELS }, (_, i) => {
    const [plane, pixel] = [Math.floor(i / PIXELS), i % PIXELS];
    return -1 + (16 * ((pixel * (2 * plane + 3) + 11 * frame) % PIXELS)) / PIXELS;
  });
}

/** EXRs numbered from 1001. */
async function makeExrs(folder: string, format: 'half' | 'float', frames = 3): Promise<string> {
  const raw = join(folder, 'light.raw');
  const planes = Array.from({ length: frames }, (_, frame) => Buffer.from(light(frame).buffer));
  await writeFile(raw, Buffer.concat(planes));
  const pattern = join(folder, 'shot.%04d.exr');
  await plainFfmpeg(
    ...['-f', 'rawvideo', '-pix_fmt', 'gbrapf32le', '-video_size', `${SIZE.width}x${SIZE.height}`],
    ...['-framerate', '24000/1001', '-i', raw, '-vf', 'setsar=1', '-c:v', 'exr', '-format', format],
    ...['-start_number', '1001', pattern],
  );
  return pattern;
}

async function floats(path: string): Promise<Float32Array> {
  const bytes = await plainFfmpeg('-i', path, '-f', 'rawvideo', '-pix_fmt', 'gbrapf32le', 'pipe:1');
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

const NUMBERS = { frames: 3, first: 1001 };

describe('EXRs', () => {
  it.each(['half', 'float'] as const)(
    'of %s come out with every bit, under their numbers',
    async (precision) => {
      const folder = await temporary();
      const input = await makeExrs(folder, precision);
      const output = join(folder, 'out');
      const more = precision === 'float' ? { single: true } : {};
      const notices = await matteWhole(folder, { input, output, format: 'exr', ...more }, NUMBERS);
      expect(notices).toEqual([expect.stringContaining('alpha')]);
      expect((await readdir(output)).sort()).toEqual(['1001.exr', '1002.exr', '1003.exr']);
      expect(await videoStream(join(output, '1001.exr'))).toMatchObject({ sample_aspect_ratio: '1:1' });
      for (const number of [1001, 1002]) {
        const source = await floats(join(folder, `shot.${number}.exr`));
        const written = await floats(join(output, `${number}.exr`));
        expect(written.subarray(0, 3 * PIXELS)).toEqual(source.subarray(0, 3 * PIXELS));
        expect(written.subarray(3 * PIXELS).every((alpha) => alpha === 1)).toBe(true);
      }
    },
  );

  it('keep their rate, and become sRGB where samples are whole numbers', async () => {
    const folder = await temporary();
    const input = await makeExrs(folder, 'half');
    const output = join(folder, 'out.mov');
    await matteWhole(folder, { input, output }, NUMBERS);
    expect(await videoStream(output)).toMatchObject({
      ...{ avg_frame_rate: '24000/1001', nb_frames: '3' },
      ...{ color_primaries: 'bt709', color_transfer: 'iec61966-2-1', color_space: 'bt709' },
    });
    const pictures = join(folder, 'pictures');
    await matteWhole(folder, { input, output: pictures, format: 'tiff', range: [1002, 1003] }, NUMBERS);
    expect((await readdir(pictures)).sort()).toEqual(['1002.tiff', '1003.tiff']);
    const rgba = await words(join(pictures, '1002.tiff'), 'rgba64le');
    const green = light(1);
    for (let i = 0; i < PIXELS; i += 97) {
      const clipped = Math.min(1, Math.max(0, green[i]!));
      const signal = clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055;
      expect(Math.abs(rgba[4 * i + 1]! - 65535 * signal)).toBeLessThan(40);
    }
  });

  it('have a rate by request, and are looked at as sRGB', async () => {
    const folder = await temporary();
    const input = await makeExrs(folder, 'float');
    const ffmpeg = await ffmpegTools();
    const clip = await openClip(ffmpeg, input, { frameRate: { num: 25, den: 1 }, signal: never() });
    expect(clip).toMatchObject({
      ...{ frameRate: { num: 25, den: 1 }, timeBase: { num: 1, den: 25 }, firstNumber: 1001, frameCount: 3 },
      format: { model: 'rgb', depth: 'float', tags: { transfer: 'linear' } },
    });
    for await (const { index, rgb } of readPictures(ffmpeg, clip, SIZE, never())) {
      const [green, , red] = [0, 1, 2].map((plane) => light(index).subarray(plane * PIXELS));
      [red!, green!].forEach((plane, channel) => {
        const clipped = Math.min(1, Math.max(0, plane[500]!));
        const signal = clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055;
        expect(Math.abs(rgb[1500 + channel]! - 255 * signal)).toBeLessThan(2);
      });
    }
  });
});

it('a subject in light has the matte it has in sRGB', async () => {
  const folder = await temporary();
  const frames = 2;
  const clip = await smallClip(folder, { frames, keyframes: [0, 1] });
  const { width, height } = { width: 192, height: 128 };
  // The clip's R′G′B′ as light, its frames numbered as its trimaps are.
  const bytes = await plainFfmpeg('-i', clip.input, '-f', 'rawvideo', '-pix_fmt', 'gbrp', 'pipe:1');
  const linear = Float32Array.from(bytes, (code) => srgb(code / 255));
  const raw = join(folder, 'linear.raw');
  await writeFile(raw, Buffer.from(linear.buffer));
  const exrs = join(folder, 'shot.%04d.exr');
  await plainFfmpeg(
    ...['-f', 'rawvideo', '-pix_fmt', 'gbrpf32le', '-video_size', `${width}x${height}`, '-framerate', '25'],
    ...['-i', raw, '-vf', 'setsar=1', '-c:v', 'exr', '-start_number', '0', exrs],
  );
  const mattes = async (input: string): Promise<Float32Array[]> => {
    const seen: Float32Array[] = [];
    const onFrame = ({ planes }: FinishedFrame): unknown => seen.push(planes.alpha.slice());
    // At half scale, so that the smaller copy is of what is seen too.
    await matteFrames({ input, trimaps: clip.trimapFolder, scale: 2, onFrame });
    return seen;
  };
  const [display, light] = [await mattes(clip.input), await mattes(exrs)];
  for (let i = 0; i < frames; i += 1) {
    // Highlights are bent; with light taken for sRGB the difference is 0.02 and more.
    expect(meanAbsoluteDifference(light[i]!, display[i]!)).toBeLessThan(0.004);
  }
});

/** Light of an sRGB signal (IEC 61966-2-1). */
function srgb(signal: number): number {
  return signal <= 0.04045 ? signal / 12.92 : ((signal + 0.055) / 1.055) ** 2.4;
}

describe('EXRs are refused', () => {
  async function refused(folder: string, code: string, message: RegExp): Promise<void> {
    const opened = openClip(await ffmpegTools(), folder, { signal: never() });
    await expect(opened).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  }

  it('cut short, of several parts, without colour, or unlike each other', async () => {
    const folder = await temporary();
    await makeExrs(folder, 'half', 2);
    const second = join(folder, 'shot.1002.exr');
    const whole = await readFile(second);

    await writeFile(second, whole.subarray(0, 60));
    await refused(folder, 'INPUT_DAMAGED', /1002\.exr/);
    await writeFile(second, 'no picture');
    await refused(folder, 'INPUT_DAMAGED', /1002\.exr/);

    const parts = Buffer.from(whole);
    parts.writeInt32LE(2 | 0x1000, 4);
    await writeFile(second, parts);
    await refused(folder, 'INPUT_UNSUPPORTED', /parts/);

    const other = Buffer.from(whole);
    // The first of the channels, A, B, G, R, is followed by its type.
    const red = other.indexOf('R\0', other.indexOf('chlist'));
    other.write('Z', red);
    await writeFile(second, other);
    await refused(folder, 'INPUT_UNSUPPORTED', /Z \(half\)/);

    await plainFfmpeg('-f', 'lavfi', '-i', 'color=s=64x64', '-frames:v', '1', '-c:v', 'exr', second);
    await refused(folder, 'INPUT_UNSUPPORTED', /64×64/);
  });
});

it('a rate for a video file is refused', async () => {
  const folder = await temporary();
  const path = join(folder, 'clip.mkv');
  await plainFfmpeg('-f', 'lavfi', '-i', 'testsrc=s=64x48', '-frames:v', '2', '-c:v', 'ffv1', path);
  const opened = openClip(await ffmpegTools(), path, { frameRate: { num: 24, den: 1 }, signal: never() });
  await expect(opened).rejects.toMatchObject({ code: 'USAGE' });
});
