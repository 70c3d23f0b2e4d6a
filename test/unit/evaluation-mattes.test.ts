import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finishedMattes } from '../../src/evaluation/finished-mattes.js';
import { readAlpha } from '../../src/evaluation/read-alpha.js';
import { readImage } from '../../src/ingest/read-image.js';
import { plain, temporaryFolder, writeGreys } from '../support/made-pictures.js';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => rm(folder, { recursive: true }));

/** Writes a picture of 2 × 1 pixels and reads it as a matte. */
async function readBack(
  samples: Uint8Array | Uint16Array,
  channels: 1 | 2 | 3 | 4,
  space: 'b-w' | 'grey16' | 'srgb' | 'rgb16',
): Promise<Float32Array> {
  const path = join(folder, 'matte.png');
  await sharp(samples, { raw: { width: 2, height: 1, channels } })
    .toColourspace(space)
    .toFile(path);
  const { alpha, width, height } = await readAlpha(path);
  expect([width, height]).toEqual([2, 1]);
  return alpha;
}

describe('alpha from a file', () => {
  const levels = (white: number, ...values: number[]): Float32Array =>
    Float32Array.from(values, (value) => value / white);

  it('is the grey of 8 and of 16 bits', async () => {
    expect(await readBack(Uint8Array.of(1, 254), 1, 'b-w')).toEqual(levels(255, 1, 254));
    expect(await readBack(Uint16Array.of(1, 65534), 1, 'grey16')).toEqual(levels(65535, 1, 65534));
  });

  it('is the alpha channel of a picture that uses one', async () => {
    const rgba = Uint8Array.of(9, 9, 9, 3, 9, 9, 9, 200);
    expect(await readBack(rgba, 4, 'srgb')).toEqual(levels(255, 3, 200));
    expect(await readBack(Uint8Array.of(9, 3, 9, 200), 2, 'b-w')).toEqual(levels(255, 3, 200));
    const greyWide = Uint16Array.of(9, 3, 9, 60000);
    expect(await readBack(greyWide, 2, 'grey16')).toEqual(levels(65535, 3, 60000));
    const wide = Uint16Array.of(9, 9, 9, 3, 9, 9, 9, 60000);
    expect(await readBack(wide, 4, 'rgb16')).toEqual(levels(65535, 3, 60000));
  });

  it('is the grey of a picture stored in colour, and of one that is opaque throughout', async () => {
    expect(await readBack(Uint8Array.of(5, 5, 5, 250, 250, 250), 3, 'srgb')).toEqual(levels(255, 5, 250));
    const opaque = Uint8Array.of(5, 5, 5, 255, 250, 250, 250, 255);
    expect(await readBack(opaque, 4, 'srgb')).toEqual(levels(255, 5, 250));
  });

  it('is refused where the picture has colours', async () => {
    await expect(readBack(Uint8Array.of(5, 5, 5, 250, 100, 250), 3, 'srgb')).rejects.toMatchObject({
      code: 'INPUT_UNSUPPORTED',
    });
  });

  it('is refused where the file is none', async () => {
    const path = join(folder, 'text.png');
    await writeFile(path, 'text');
    await expect(readAlpha(path)).rejects.toMatchObject({ code: 'INPUT_NOT_MEDIA' });
  });
});

describe('finished mattes', () => {
  const files = (matte: string): { name: string; image: string; matte: string } => ({
    name: matte,
    image: join(folder, 'image.png'),
    matte,
  });
  beforeEach(() => writeGreys(folder, { 'image.png': plain(90, 2, 2) }));

  it('are found under the picture’s name, with known pixels put right', async () => {
    const values = Uint8Array.of(10, 20, 30, 40);
    await writeGreys(folder, { 'm/Trimap1/GT1.png': { width: 2, height: 2, values } });
    const { method, check } = await finishedMattes('theirs', join(folder, 'm'));
    expect(await check([files('Trimap1/GT1')])).toEqual([]);
    const image = await readImage(join(folder, 'image.png'));
    const trimap = Uint8Array.of(0, 128, 128, 255);
    const { alpha, seconds } = await method.timed!({ name: 'Trimap1/GT1', image, trimap });
    expect(alpha).toEqual(Float32Array.of(0, 20 / 255, 30 / 255, 1));
    expect([method.name, seconds]).toEqual(['theirs', 0]);
  });

  it('that are missing, double, of another size or unreadable are problems', async () => {
    await writeGreys(folder, {
      'm/twice.png': plain(0, 2, 2),
      'm/twice.tif': plain(0, 2, 2),
      'm/large.png': plain(0, 4, 4),
    });
    await writeFile(join(folder, 'm', 'text.png'), 'text');
    const { check } = await finishedMattes('theirs', join(folder, 'm'));
    const problems = await check(['none', 'twice', 'large', 'text'].map(files));
    expect(problems.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
      'none: no matte of theirs',
      'twice: several mattes of theirs',
      'large: sizes differ',
      'text: cannot be read',
    ]);
    expect(problems[2]!.detail).toBe('image 2 × 2, matte of theirs 4 × 4');
  });

  it('need their folder', async () => {
    await expect(finishedMattes('theirs', join(folder, 'none'))).rejects.toMatchObject({
      code: 'INPUT_MISSING',
    });
  });
});
