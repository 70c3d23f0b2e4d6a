import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPictures, type Purpose } from '../../src/evaluation/sets/find-pictures.js';
import { openPictureSet } from '../../src/evaluation/sets/picture-set.js';
import { plain, temporaryFolder, writeGreys } from '../support/made-pictures.js';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => rm(folder, { recursive: true }));

/** Makes a small picture at each path. */
async function tree(...paths: readonly string[]): Promise<void> {
  await writeGreys(folder, Object.fromEntries(paths.map((path) => [path, plain(128)])));
}

/** Name, and the files below the folder. */
async function found(purpose: Purpose = 'score'): Promise<(string | undefined)[][]> {
  const { pictures } = await findPictures(folder, purpose);
  const below = (path: string | undefined): string | undefined => path?.slice(folder.length + 1);
  return pictures.map(({ name, image, trimap, truth }) => [name, below(image), below(trimap), below(truth)]);
}

describe('layouts', () => {
  it('takes the same names in image, trimap and alpha, whatever their endings', async () => {
    await tree('image/a10.jpg', 'trimap/a10.png', 'alpha/a10.tif', 'image/a9.webp', 'trimap/a9.png');
    await tree('alpha/a9.png', 'image/.hidden.png', 'trimap/._a9.png');
    await writeFile(join(folder, 'alpha', 'notes.txt'), 'none');
    expect(await found()).toEqual([
      ['a9', 'image/a9.webp', 'trimap/a9.png', 'alpha/a9.png'],
      ['a10', 'image/a10.jpg', 'trimap/a10.png', 'alpha/a10.tif'],
    ]);
  });

  it('takes NAME, NAME_trimap and NAME_alpha side by side', async () => {
    await tree('a_b.jpg', 'a_b_trimap.png', 'a_b_alpha.png');
    expect(await found()).toEqual([['a_b', 'a_b.jpg', 'a_b_trimap.png', 'a_b_alpha.png']]);
  });

  it('takes Composition-1k with a matte a composite', async () => {
    await tree('merged_test/x-1_0.png', 'trimaps/x-1_0.png', 'alpha_copy/x-1_0.png');
    expect(await found()).toEqual([
      ['x-1_0', 'merged_test/x-1_0.png', 'trimaps/x-1_0.png', 'alpha_copy/x-1_0.png'],
    ]);
  });

  it('takes Composition-1k with the foreground’s matte for all its composites', async () => {
    await tree('merged/x_2_0.png', 'merged/x_2_19.png', 'trimaps/x_2_0.png', 'trimaps/x_2_19.png');
    await tree('alpha/x_2.png', 'alpha/x.png');
    expect(await found()).toEqual([
      ['x_2_0', 'merged/x_2_0.png', 'trimaps/x_2_0.png', 'alpha/x_2.png'],
      ['x_2_19', 'merged/x_2_19.png', 'trimaps/x_2_19.png', 'alpha/x_2.png'],
    ]);
  });

  it('takes the archive of Composition-1k, from its top and from its test set', async () => {
    const inside = 'Combined_Dataset/Test_set';
    await tree(`${inside}/merged/x_0.png`, `${inside}/Adobe-licensed images/fg/x.png`);
    await tree(
      `${inside}/Adobe-licensed images/alpha/x.png`,
      `${inside}/Adobe-licensed images/trimaps/x_0.png`,
    );
    await writeFile(join(folder, inside, 'test_fg_names.txt'), 'x.png\n');
    const [name, image, trimap, truth] = (await found())[0]!;
    expect([name, image]).toEqual(['x_0', `${inside}/merged/x_0.png`]);
    expect(trimap).toBe(`${inside}/Adobe-licensed images/trimaps/x_0.png`);
    expect(truth).toBe(`${inside}/Adobe-licensed images/alpha/x.png`);
    expect((await findPictures(join(folder, inside), 'score')).pictures).toHaveLength(1);
  });

  it('takes alphamatting.com’s training set once a trimap', async () => {
    await tree('input_training_lowres/GT01.png', 'gt_training_lowres/GT01.png');
    await tree('trimap_training_lowres/Trimap1/GT01.png', 'trimap_training_lowres/Trimap2/GT01.png');
    expect(await found()).toEqual(
      [1, 2].map((kind) => [
        `GT01 Trimap${kind}`,
        'input_training_lowres/GT01.png',
        `trimap_training_lowres/Trimap${kind}/GT01.png`,
        'gt_training_lowres/GT01.png',
      ]),
    );
    const { pictures } = await findPictures(folder, 'score');
    expect(pictures.map(({ matte }) => matte)).toEqual(['Trimap1/GT01', 'Trimap2/GT01']);
  });

  it('takes alphamatting.com’s test set for a submission, the training set beside it for a score', async () => {
    await tree('input_lowres/doll.png', 'trimap_lowres/Trimap3/doll.png');
    expect(await found('submit')).toEqual([
      ['doll Trimap3', 'input_lowres/doll.png', 'trimap_lowres/Trimap3/doll.png', undefined],
    ]);
    await expect(found()).rejects.toMatchObject({
      code: 'INPUT_UNSUPPORTED',
      message: expect.stringMatching(/test set\) has no exact alpha.*--submission/) as string,
    });
    await tree('input_training_lowres/GT01.png', 'gt_training_lowres/GT01.png');
    await tree('trimap_training_lowres/Trimap1/GT01.png');
    expect((await found()).map(([name]) => name)).toEqual(['GT01 Trimap1']);
  });

  it('needs no trimaps for a sweep, and reads each picture once', async () => {
    await tree('image/a.png', 'alpha/a.png');
    expect(await found('sweep')).toEqual([['a', 'image/a.png', undefined, 'alpha/a.png']]);
    await tree('trimap/Trimap1/a.png', 'trimap/Trimap2/a.png');
    expect(await found('sweep')).toHaveLength(1);
  });
});

describe('what is wrong with a set', () => {
  const refused = async (code: string, message: RegExp, purpose: Purpose = 'score'): Promise<void> => {
    const text = expect.stringMatching(message) as string;
    await expect(openPictureSet(folder, { purpose })).rejects.toMatchObject({ code, message: text });
  };

  it('is no such folder', async () => {
    await expect(openPictureSet(join(folder, 'none'), { purpose: 'score' })).rejects.toMatchObject({
      code: 'INPUT_MISSING',
    });
  });

  it('is a folder laid out as none that is known', async () => {
    await refused('INPUT_UNSUPPORTED', /no set of pictures that is known \(found nothing/);
    await tree('one.png', 'two.png');
    await refused('INPUT_UNSUPPORTED', /found one\.png, two\.png, expected folders image, trimap and alpha/);
  });

  it('is a missing folder of a known layout', async () => {
    await tree('image/a.png', 'trimap/a.png');
    await refused('INPUT_UNSUPPORTED', /has no exact alpha .* a folder alpha or alphas as well/);
  });

  it('is a test set that was not composed', async () => {
    await tree('Adobe-licensed images/alpha/x.png', 'Adobe-licensed images/trimaps/x_0.png');
    await refused('INPUT_UNSUPPORTED', /has no images .*compose its test pictures first/);
  });

  it('is missing partners: how many, which', async () => {
    await tree('image/a.png', 'image/b.png', 'image/d.png', 'trimap/a.png', 'trimap/c.png', 'trimap/d.png');
    await tree('alpha/a.png', 'alpha/b.png', 'alpha/c.png');
    await refused(
      'INPUT_UNSUPPORTED',
      /3 of the set's 4 pictures .*1 × no trimap: b; 1 × no image: c; 1 × no exact alpha: d/,
    );
  });

  it('is many missing partners, of which some are named and all counted', async () => {
    const names = Array.from({ length: 9 }, (_, i) => `p${i}`);
    await tree('alpha/p0.png', 'trimap/p0.png', ...names.map((name) => `image/${name}.png`));
    await refused('INPUT_UNSUPPORTED', /8 × no trimap: p1, p2, p3, p4, p5, 3 more/);
  });

  it('is two files of one name', async () => {
    await tree('image/a.png', 'image/a.jpg', 'trimap/a.png', 'alpha/a.png');
    await refused('INPUT_UNSUPPORTED', /several files for one image: a \(.*a\.jpg, .*a\.png\)/);
  });

  it('is a difference in size', async () => {
    await tree('image/a.png', 'trimap/a.png');
    await writeGreys(folder, { 'alpha/a.png': plain(0, 8, 6) });
    await refused('INPUT_UNSUPPORTED', /sizes differ: a \(image 4 × 3, trimap 4 × 3, exact alpha 8 × 6\)/);
  });

  it('is a file that is no picture', async () => {
    await tree('image/a.png', 'trimap/a.png', 'alpha/b.png');
    await tree('image/b.png', 'trimap/b.png');
    await writeFile(join(folder, 'alpha', 'a.png'), 'text');
    await refused('INPUT_UNSUPPORTED', /1 of the set's 2 .*cannot be read: a/);
  });

  it('is left out when that is asked for, as long as something remains', async () => {
    await tree('image/a.png', 'image/b.png', 'trimap/a.png', 'alpha/a.png', 'alpha/b.png');
    const set = await openPictureSet(folder, { purpose: 'score', skip: true });
    expect(set.pictures.map(({ name }) => name)).toEqual(['a']);
    expect(set.skipped).toEqual([{ name: 'b', kind: 'no trimap' }]);
    await rm(join(folder, 'trimap', 'a.png'));
    await expect(openPictureSet(folder, { purpose: 'score', skip: true })).rejects.toMatchObject({
      code: 'INPUT_EMPTY',
    });
  });

  it('is nothing in its folders', async () => {
    for (const part of ['image', 'trimap', 'alpha']) await mkdir(join(folder, part));
    await refused('INPUT_EMPTY', /no picture that can be used \(found empty folders/);
  });

  it('is not a camera held upright', async () => {
    await tree('trimap/a.png', 'alpha/a.png');
    await mkdir(join(folder, 'image'));
    await sharp(new Uint8Array(36), { raw: { width: 3, height: 4, channels: 3 } })
      .withMetadata({ orientation: 6 })
      .toFile(join(folder, 'image', 'a.jpg'));
    expect((await openPictureSet(folder, { purpose: 'score' })).pictures).toHaveLength(1);
  });
});
