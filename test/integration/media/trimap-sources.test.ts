import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bandQuality, countBand } from '../../../src/evaluation/video/band-quality.js';
import { networkModel } from '../../../src/matting/networks/registry.js';
import { writeSafetensors } from '../../../src/matting/weights/safetensors.js';
import { matteVideo } from '../../../src/pipeline/matte-video.js';
import { trimapsFromFrames } from '../../../src/pipeline/trimaps-from-frames.js';
import { readTrimap } from '../../../src/trimap/trimap.js';
import { runCli } from '../../support/cli.js';
import { smallClip, temporaryFolder } from '../../support/made-clip.js';
import { madeWeights } from '../../support/made-weights.js';
import { makeMedia } from '../../support/media.js';
import { plateClip } from '../../support/plate-clip.js';

const size = { width: 192, height: 128 };
const FRAMES = 4;
let folder: string;

/** A clip before a locked camera with its plate, as files: shot/NNNN.png, plate.png, plate.mkv, alpha/. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matteflow-sources-'));
  const clip = await plateClip({ kind: 'hair', ...size, frames: FRAMES, noise: 3, drift: 0.1 });
  for (const part of ['shot', 'alpha', 'mask', 'sparse']) await mkdir(join(folder, part));
  const png = (data: Uint8Array, channels: 1 | 3, name: string): Promise<unknown> =>
    sharp(data, { raw: { ...size, channels } })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .png()
      .toFile(join(folder, name));
  await png(clip.plate, 3, 'plate.png');
  for (let index = 0; index < FRAMES; index++) {
    const { rgb, alpha } = await clip.frame(index);
    await png(rgb, 3, `shot/000${index}.png`);
    await png(
      Uint8Array.from(alpha, (value) => Math.round(255 * value)),
      1,
      `alpha/000${index}.png`,
    );
    await png(
      Uint8Array.from(alpha, (value) => (value > 0.5 ? 255 : 0)),
      1,
      `mask/000${index}.png`,
    );
  }
  await copyFile(join(folder, 'mask/0000.png'), join(folder, 'sparse/0000.png'));
  await makeMedia([
    '-loop',
    '1',
    '-i',
    join(folder, 'plate.png'),
    '-frames:v',
    '3',
    '-c:v',
    'ffv1',
    join(folder, 'plate.mkv'),
  ]);
  await makeMedia(['-i', join(folder, 'mask/%04d.png'), '-c:v', 'ffv1', join(folder, 'mask.mkv')]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

async function alphaOf(index: number): Promise<Float32Array> {
  const grey = await sharp(at(`alpha/000${index}.png`))
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  return Float32Array.from(grey, (value) => value / 255);
}

describe('trimap from-plate', () => {
  it.each(['plate.png', 'plate.mkv'])('holds the band with %s', async (plate) => {
    const output = join(await temporaryFolder(), 'trimaps');
    const args = ['trimap', 'from-plate', at('shot'), '--plate', at(plate), '-o', output, '--json'];
    const { code, stdout } = await runCli(args);
    expect(JSON.parse(stdout)).toEqual({ output, frames: FRAMES });
    expect(code).toBe(0);
    expect(await readdir(output)).toEqual(['0000.png', '0001.png', '0002.png', '0003.png']);
    const last = bandQuality(countBand(await readTrimap(join(output, '0003.png'), size), await alphaOf(3)));
    expect(last.covered).toBeGreaterThan(0.98);
    expect(last.wrong).toBeLessThan(0.004);
    expect(last.overMixed).toBeLessThan(6);
  });

  it('refuses a plate of another shape', async () => {
    const plate = join(await temporaryFolder(), 'square.png');
    await sharp(at('plate.png')).resize(100, 100, { fit: 'fill' }).toFile(plate);
    const output = join(await temporaryFolder(), 'trimaps');
    await expect(trimapsFromFrames({ input: at('shot'), plate, output })).rejects.toMatchObject({
      code: 'TRIMAP_SIZE',
    });
    expect(await readdir(join(output, '..'))).toEqual([]);
  });
});

describe('matte', () => {
  it('takes a plate, and puts garbage and holdout mattes in', async () => {
    const mattes = await temporaryFolder();
    const stripe = async (name: string, left: number): Promise<string> => {
      const pixels = Uint8Array.from({ length: 192 * 128 }, (_, i) =>
        i % 192 >= left && i % 192 < left + 8 ? 255 : 0,
      );
      const path = join(mattes, name);
      await sharp(pixels, { raw: { ...size, channels: 1 } })
        .png()
        .toFile(path);
      return path;
    };
    const seen: Uint8Array[] = [];
    await matteVideo({
      input: at('shot'),
      plate: at('plate.png'),
      garbage: await stripe('garbage.png', 92),
      holdout: await stripe('holdout.png', 4),
      model: 'trimap',
      output: join(mattes, 'out.mov'),
      onFrame: ({ planes }) => seen.push(planes.trimap.slice()),
    });
    expect(seen).toHaveLength(FRAMES);
    for (const trimap of seen) {
      for (let row = 0; row < 128; row++) {
        expect(trimap[192 * row + 95]).toBe(0);
        expect(trimap[192 * row + 6]).toBe(255);
      }
    }
  });

  it.each([
    ['a mask for every frame', 'mask'],
    ['a few masks, which are propagated', 'sparse'],
    ['a video of masks', 'mask.mkv'],
  ])('takes %s', async (_, masks) => {
    const folderOut = await temporaryFolder();
    const trimaps: Uint8Array[] = [];
    await matteVideo({
      ...{ input: at('shot'), masks: at(masks), erode: 6, dilate: 6, model: 'trimap' },
      output: join(folderOut, 'out.mov'),
      onFrame: ({ planes }) => trimaps.push(planes.trimap.slice()),
    });
    expect(trimaps).toHaveLength(FRAMES);
    const { covered, wrong } = bandQuality(countBand(trimaps[FRAMES - 1]!, await alphaOf(FRAMES - 1)));
    // A hard mask does not know of strands that are longer than its band.
    expect(covered).toBeGreaterThan(0.85);
    expect(wrong).toBeLessThan(0.02);
  });

  it('says which sources there are when none is given', async () => {
    const { code, stderr } = await runCli(['matte', at('shot'), '-o', at('never.mov')]);
    expect(stderr).toMatch(/--trimaps, --masks, --plate, --auto-trimap/);
    expect(code).toBe(2);
  });

  it('refuses masks of labels and a video of another length', async () => {
    const mattes = await temporaryFolder();
    const labels = Uint8Array.from({ length: 192 * 128 }, (_, i) => (i % 192 < 90 ? 1 : 0));
    await sharp(labels, { raw: { ...size, channels: 1 } })
      .png()
      .toFile(join(mattes, '0000.png'));
    const run = { input: at('shot'), output: join(mattes, 'out.mov'), model: 'trimap' };
    await expect(matteVideo({ ...run, masks: mattes })).rejects.toMatchObject({ code: 'TRIMAP_INVALID' });
    await expect(matteVideo({ ...run, masks: at('plate.mkv') })).rejects.toThrow(/3 frames.*4/);
  });
});

describe('trimap auto', () => {
  it('runs a network over frames of any size, as trimaps of three values', async () => {
    const files = await temporaryFolder();
    const tensors = madeWeights(networkModel('trimap-unet'), 3, new Map());
    const model = join(files, 'made.safetensors');
    await writeFile(model, writeSafetensors(tensors, { model: 'trimap-unet' }));
    const clip = await smallClip(files, { width: 100, height: 70, frames: 2 });
    const output = join(files, 'trimaps');
    const args = ['trimap', 'auto', clip.input, '--model', model, '-o', output, '--device', 'cpu'];
    const { code, stderr } = await runCli(args);
    expect(stderr).not.toMatch(/matteflow:/);
    expect(code).toBe(0);
    const trimap = await readTrimap(join(output, '0001.png'), { width: 100, height: 70 });
    // Weights that were drawn say nothing of the picture, but they do say it per pixel.
    expect(new Set(trimap).size).toBeGreaterThan(1);
  });

  it('refuses a model that makes mattes', async () => {
    const output = join(await temporaryFolder(), 'trimaps');
    await expect(
      trimapsFromFrames({ input: at('shot'), autoTrimap: true, trimapModel: 'compact', output }),
    ).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
  });
});
