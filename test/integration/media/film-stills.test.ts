import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { srgbOf } from '../../../src/core/transfer.js';
import { matteImage } from '../../../src/pipeline/matte-image.js';
import { matteWhole } from './film-support.js';
import { plainFfmpeg, temporary } from '../../support/lavfi.js';

const SIZE = { width: 96, height: 64 } as const;
const PIXELS: number = SIZE.width * SIZE.height;

/** Moving pictures of ten bits, R′G′B′. */
const SOURCE = [
  ...['-f', 'lavfi', '-i', `testsrc2=size=${SIZE.width}x${SIZE.height}:rate=24`, '-pix_fmt', 'gbrp10le'],
];

/** Opaque everywhere. */
async function opaque(folder: string): Promise<string> {
  const path = join(folder, 'trimap.png');
  const grey = new Uint8Array(PIXELS).fill(255);
  await sharp(grey, { raw: { ...SIZE, channels: 1 } })
    .png()
    .toFile(path);
  return path;
}

/** R′, G′, B′ and alpha, 16 bits. */
async function wordsOf(path: string): Promise<Uint16Array> {
  const { data } = await sharp(path)
    .toColourspace('rgb16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  return new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
}

/** ffmpeg's order of planes. */
const GBR = [1, 2, 0] as const;

/** Holds a PNG to the picture of ten bits that it was made of, but for the last pixel, which may be unknown. */
async function expectTenBits(png: string, dpx: string): Promise<void> {
  const bytes = await plainFfmpeg('-i', dpx, '-f', 'rawvideo', '-pix_fmt', 'gbrp10le', 'pipe:1');
  const source = new Uint16Array(Uint8Array.from(bytes).buffer);
  const written = await wordsOf(png);
  let worst = 0;
  GBR.forEach((channel, plane) => {
    for (let i = 0; i < PIXELS - 1; i++) {
      const expected = (source[plane * PIXELS + i]! * 65535) / 1023;
      worst = Math.max(worst, Math.abs(written[4 * i + channel]! - expected));
    }
  });
  expect(worst).toBeLessThanOrEqual(0.5);
}

describe('image reads', () => {
  it('a DPX at its depth', async () => {
    const folder = await temporary();
    const [image, output] = [join(folder, '50% shot.dpx'), join(folder, 'out.png')];
    await plainFfmpeg(...SOURCE, '-frames:v', '1', join(folder, 'shot.dpx'));
    await writeFile(image, await readFile(join(folder, 'shot.dpx')));
    await matteImage({ image, trimap: await opaque(folder), output, model: 'trimap' });
    await expectTenBits(output, join(folder, 'shot.dpx'));
  });

  it('an EXR’s light, shown as sRGB and clipped', async () => {
    const folder = await temporary();
    const [image, output] = [join(folder, 'light.exr'), join(folder, 'out.png')];
    const light = Float32Array.from({ length: 3 * PIXELS }, (_, i) => (i % 97) / 80 - 0.1);
    const raw = join(folder, 'light.raw');
    await writeFile(raw, light);
    const layout = ['-f', 'rawvideo', '-pix_fmt', 'gbrpf32le', '-s', `${SIZE.width}x${SIZE.height}`];
    await plainFfmpeg(...layout, '-i', raw, '-format', 'float', image);
    await matteImage({ image, trimap: await opaque(folder), output, model: 'trimap' });
    const written = await wordsOf(output);
    let worst = 0;
    GBR.forEach((channel, plane) => {
      for (let i = 0; i < PIXELS; i++) {
        const signal = 65535 * srgbOf(Math.min(1, Math.max(0, light[plane * PIXELS + i]!)));
        worst = Math.max(worst, Math.abs(written[4 * i + channel]! - signal));
      }
    });
    expect(worst).toBeLessThan(1);
  });

  it('no file that only calls itself one, nor half of one', async () => {
    const folder = await temporary();
    const trimap = await opaque(folder);
    const output = join(folder, 'out.png');
    const run = async (name: string): Promise<unknown> =>
      matteImage({ image: join(folder, name), trimap, output, model: 'trimap' });
    await appendFile(join(folder, 'none.dpx'), 'SDPX');
    await expect(run('none.dpx')).rejects.toMatchObject({ code: 'INPUT_DAMAGED' });
    await expect(run('gone.dpx')).rejects.toMatchObject({ code: 'INPUT_MISSING' });
    await plainFfmpeg(...SOURCE, '-frames:v', '1', join(folder, 'whole.dpx'));
    const whole = await readFile(join(folder, 'whole.dpx'));
    await writeFile(join(folder, 'half.dpx'), whole.subarray(0, whole.length >> 1));
    await expect(run('half.dpx')).rejects.toMatchObject({ code: 'INPUT_DAMAGED' });
  });
});

it('matte reads numbered DPXs, all alike', async () => {
  const folder = await temporary();
  const input = join(folder, 'shot.%04d.dpx');
  await plainFfmpeg(...SOURCE, '-frames:v', '3', '-start_number', '1001', input);
  const output = join(folder, 'out');
  await matteWhole(folder, { input, output, format: 'png' }, { frames: 3, first: 1001 });
  await expectTenBits(join(output, '1003.png'), join(folder, 'shot.1003.dpx'));
  await plainFfmpeg(...SOURCE, '-frames:v', '1', '-pix_fmt', 'gbrp12le', join(folder, 'shot.1002.dpx'));
  await expect(matteWhole(folder, { input, output }, { frames: 3, first: 1001 })).rejects.toMatchObject({
    code: 'INPUT_UNSUPPORTED',
  });
});
