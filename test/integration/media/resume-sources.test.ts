import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { networkModel } from '../../../src/matting/networks/registry.js';
import { writeSafetensors } from '../../../src/matting/weights/safetensors.js';
import { matteVideo } from '../../../src/pipeline/matte-video.js';
import type { MatteVideoOptions } from '../../../src/pipeline/options.js';
import { contentOf, finishedSegments, until } from '../../support/journalled-shot.js';
import { madeWeights } from '../../support/made-weights.js';
import { plateClip } from '../../support/plate-clip.js';

const size = { width: 96, height: 64 };
const FRAMES = 14;
const SEGMENT = 4;
let folder: string;

const at = (name: string): string => join(folder, name);

/** A clip before a camera that pans, as files: shot/NNNN.png, plate.png, mask/NNNN.png, sparse/, network.safetensors. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matteflow-resumed-'));
  const clip = await plateClip({ kind: 'hair', ...size, frames: FRAMES, noise: 3, drift: 0.2, pan: true });
  for (const part of ['shot', 'mask', 'sparse']) await mkdir(at(part));
  const png = (data: Uint8Array, channels: 1 | 3, name: string): Promise<unknown> =>
    sharp(data, { raw: { ...size, channels } })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .png()
      .toFile(at(name));
  await png(clip.plate, 3, 'plate.png');
  for (let index = 0; index < FRAMES; index++) {
    const { rgb, alpha } = await clip.frame(index);
    const name = `${String(index).padStart(4, '0')}.png`;
    await png(rgb, 3, `shot/${name}`);
    const mask = Uint8Array.from(alpha, (value) => (value > 0.5 ? 255 : 0));
    await png(mask, 1, `mask/${name}`);
    if (index === 0 || index === FRAMES - 1) await png(mask, 1, `sparse/${name}`);
  }
  const tensors = madeWeights(networkModel('trimap-unet'), 3, new Map());
  await writeFile(at('network.safetensors'), writeSafetensors(tensors, { model: 'trimap-unet' }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs it until two segments are finished, and stops it there. */
async function begin(options: MatteVideoOptions): Promise<void> {
  const stop = new AbortController();
  const run = matteVideo({
    ...options,
    signal: stop.signal,
    // The third segment does not end before the second one is recorded.
    onFrame: async ({ index }) => {
      if (index < 3 * SEGMENT - 1) return;
      await until(async () => (await finishedSegments(`${options.output}.journal`)) === 2);
      stop.abort();
    },
  });
  await expect(run).rejects.toMatchObject({ code: 'ABORTED' });
}

describe('a run that is stopped and resumed makes the same file', () => {
  it.each([
    ['a plate before a camera that pans', { plate: 'plate.png' }],
    ['masks under a pattern of names', { masks: 'mask/%04d.png' }],
    ['two masks, which are propagated', { masks: 'sparse' }],
    ['a network that makes trimaps', { trimapModel: 'network.safetensors' }],
  ])('with %s', async (name, files) => {
    const paths = Object.fromEntries(Object.entries(files).map(([option, file]) => [option, at(file)]));
    const run = {
      ...{ ...paths, autoTrimap: 'trimapModel' in files, input: at('shot'), model: 'trimap' },
      ...{ segment: SEGMENT, output: at(`${name}.mov`) },
    };
    const whole = at(`${name}, whole.mov`);
    await matteVideo({ ...run, output: whole });
    await begin(run);
    const result = await matteVideo({ ...run, resume: true });
    expect(result).toMatchObject({ frames: FRAMES, kept: 2 * SEGMENT });
    expect(await contentOf(run.output)).toEqual(await contentOf(whole));
  });
});
