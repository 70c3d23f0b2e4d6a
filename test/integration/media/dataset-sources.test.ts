import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { contentHash } from '../../../src/core/content-hash.js';
import { readEntry } from '../../../src/dataset/clip-entry.js';
import { locateClip } from '../../../src/dataset/clip-key.js';
import { DatasetFolder } from '../../../src/dataset/dataset-folder.js';
import { HashCache } from '../../../src/dataset/hash-cache.js';
import { matteClip } from '../../../src/dataset/matte-clip.js';
import { networkModel } from '../../../src/matting/networks/registry.js';
import { writeSafetensors } from '../../../src/matting/weights/safetensors.js';
import { matteVideo } from '../../../src/pipeline/matte-video.js';
import type { MatteVideoOptions } from '../../../src/pipeline/options.js';
import { temporaryFolder } from '../../support/made-clip.js';
import { madeShot } from '../../support/made-shot.js';
import { madeWeights } from '../../support/made-weights.js';
import { makeMedia } from '../../support/media.js';

/** A manifest's line and the options of `matte` that mean the same. */
const SOURCES: Readonly<Record<string, [line: object, options: Partial<MatteVideoOptions>]>> = {
  'masks, a few': [
    { masks: 'masks', erode: 3, dilate: 5 },
    { masks: 'masks', erode: 3, dilate: 5 },
  ],
  'masks, a video': [{ masks: 'masks.mkv' }, { masks: 'masks.mkv' }],
  'a plate, with a garbage matte': [
    { plate: 'plate.png', garbage: 'left.png', erode: 1, dilate: 2 },
    { plate: 'plate.png', garbage: 'left.png', erode: 1, dilate: 2 },
  ],
  'a network, with a holdout matte': [
    { autoTrimap: 'unet.safetensors', holdout: 'left.png' },
    { autoTrimap: true, trimapModel: 'unet.safetensors', holdout: 'left.png' },
  ],
};

/** What names a file, of those options. */
const FILES = ['masks', 'plate', 'garbage', 'holdout', 'trimapModel'] as const;

async function rootWithSources(): Promise<string> {
  const root = await temporaryFolder();
  const at = (name: string): string => join(root, name);
  const { trimaps } = await madeShot(root, 3);
  await mkdir(at('masks'));
  const mask = sharp(join(trimaps, '0000.png')).threshold(200);
  await mask.toColourspace('b-w').png().toFile(at('masks/0000.png'));
  await makeMedia([
    '-loop',
    '1',
    '-i',
    at('masks/0000.png'),
    '-frames:v',
    '3',
    '-c:v',
    'ffv1',
    at('masks.mkv'),
  ]);
  // Without what the clip shows in the middle.
  const box = 'drawbox=x=24:y=12:w=24:h=24:color=gray:t=fill';
  await makeMedia(['-i', at('shot.mov'), '-vf', box, '-frames:v', '1', at('plate.png')]);
  const left = Uint8Array.from({ length: 64 * 48 }, (_, i) => (i % 64 < 8 ? 255 : 0));
  await sharp(left, { raw: { width: 64, height: 48, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toFile(at('left.png'));
  const tensors = madeWeights(networkModel('trimap-unet'), 3, new Map());
  await writeFile(at('unet.safetensors'), writeSafetensors(tensors, { model: 'trimap-unet' }));
  return root;
}

describe('trimaps of a data set’s clip', () => {
  it.each(Object.keys(SOURCES))('come from %s, as in matte', async (name) => {
    const [line, options] = SOURCES[name]!;
    const [root, output] = [await rootWithSources(), await temporaryFolder()];
    const entry = readEntry({ input: 'shot.mov', options: { model: 'trimap' }, ...line }, 'line 1');
    const hashes = await HashCache.open();
    const { key } = await locateClip(root, entry, hashes);
    const folder = new DatasetFolder(output);
    await folder.prepare();
    const { signal } = new AbortController();
    const place = { root, output, device: 'cpu' };
    await matteClip({ entry, key }, place, { signal, hashes, onProgress: () => undefined });
    const [made] = await readdir(join(output, 'mattes'));

    const files = FILES.filter((file) => options[file] !== undefined);
    const located = Object.fromEntries(files.map((file) => [file, join(root, options[file]!)]));
    const alone = join(output, 'alone.mov');
    const shot = { input: join(root, 'shot.mov'), output: alone, model: 'trimap', device: 'cpu' };
    await matteVideo({ ...options, ...located, ...shot });
    expect(await contentHash(join(output, 'mattes', made!))).toBe(await contentHash(alone));
  });
});
