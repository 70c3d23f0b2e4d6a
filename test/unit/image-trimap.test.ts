import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { imageTrimap } from '../../src/pipeline/image-trimap.js';
import { temporaryFolder } from '../support/made-clip.js';

const size = { width: 12, height: 8 };

it('makes an image’s trimap of a mask, with garbage and holdout mattes put in', async () => {
  const folder = await temporaryFolder();
  const columns = async (name: string, from: number, to: number): Promise<string> => {
    const grey = Uint8Array.from({ length: 96 }, (_, i) => (i % 12 >= from && i % 12 < to ? 255 : 0));
    await sharp(grey, { raw: { ...size, channels: 1 } })
      .png()
      .toFile(join(folder, name));
    return join(folder, name);
  };
  const trimap = await imageTrimap(
    {
      ...{ mask: await columns('mask.png', 0, 6), erode: 1, dilate: 2 },
      ...{ garbage: await columns('garbage.png', 7, 12), holdout: await columns('holdout.png', 5, 6) },
    },
    size,
  );
  expect([...trimap.subarray(0, 12)]).toEqual([255, 255, 255, 255, 255, 255, 128, 0, 0, 0, 0, 0]);
});

it('wants exactly one of trimap and mask', async () => {
  await expect(imageTrimap({}, size)).rejects.toMatchObject({ code: 'USAGE' });
  await expect(imageTrimap({ trimap: 'a', mask: 'b' }, size)).rejects.toMatchObject({ code: 'USAGE' });
});
