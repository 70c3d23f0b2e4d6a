import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeRandomWeights } from '../../bench/random-weights.js';
import { shapeTrimap, person } from '../../bench/trimap-shapes.js';
import { openMethods, type MethodRequest } from '../../src/cli/eval-methods.js';
import { allocateFrame, viewPlanes } from '../../src/core/frame.js';
import type { Picture } from '../../src/evaluation/results.js';
import { fillColour } from '../../src/ingest/read-image.js';
import { guidedFilter } from '../../src/matting/colour-guided.js';
import { openStillMatter } from '../../src/pipeline/still-matter.js';
import { temporaryFolder } from '../support/made-pictures.js';
import { formatOf, randomNumbers } from '../support/matting-frames.js';

const SIZE = { width: 96, height: 64 };
const random = randomNumbers(3);
const picture: Omit<Picture, 'truth'> = {
  name: 'noise',
  image: {
    format: formatOf(SIZE.width, SIZE.height),
    samples: Uint8Array.from({ length: 3 * 96 * 64 }, () => Math.floor(256 * random())),
  },
  trimap: shapeTrimap(SIZE, person(50), 0.2),
};

const NOTHING: MethodRequest = {
  models: [],
  engines: ['onnx'],
  devices: ['cpu'],
  baselines: [],
  work: { scale: 1 },
};

async function names(request: Partial<MethodRequest>): Promise<string[]> {
  const open = await openMethods({ ...NOTHING, ...request }, {});
  await open.close();
  return [...open.models, ...open.baselines].map(({ name }) => name);
}

describe('methods of models', () => {
  it('are the stages that are asked for, each what the model alone gives', async () => {
    const open = await openMethods(
      { ...NOTHING, models: ['compact'], stages: ['stage1', 'stage1+2'], baselines: ['trimap'] },
      {},
    );
    try {
      const methods = [...open.models, ...open.baselines];
      expect(methods.map(({ name }) => name)).toEqual(['compact stage1', 'compact stage1+2', 'trimap']);
      const alphas: Float32Array[] = [];
      for (const method of methods) {
        const { alpha, seconds } = await method.timed!(picture);
        expect(seconds).toBeGreaterThan(0);
        alphas.push(alpha);
      }
      for (const [stages, nth] of [
        [1, 0],
        [2, 1],
      ] as const) {
        const matter = await openStillMatter({ model: 'compact', engine: 'onnx', device: 'cpu', stages });
        const { planes } = await matter.matte(picture);
        expect(alphas[nth]).toEqual(planes.alpha);
        await matter.close();
      }
      expect(alphas[0]).not.toEqual(alphas[1]);
      expect(new Set(alphas[2])).toEqual(new Set([0, 0.5, 1]));
    } finally {
      await open.close();
    }
  });

  it('share stage 1 where it is sharpened, and its seconds', async () => {
    const open = await openMethods(
      { ...NOTHING, models: ['compact'], stages: ['stage1', 'stage1+guided'] },
      {},
    );
    try {
      const [first, guided] = open.models;
      const coarse = await first!.timed!(picture);
      const sharp = await guided!.timed!(picture);
      expect(await first!.matte(picture)).toBe(coarse.alpha);
      expect(sharp.seconds).toBeGreaterThanOrEqual(coarse.seconds);
      const planes = viewPlanes(allocateFrame(picture.image.format, 0));
      fillColour(planes, picture.image);
      planes.trimap.set(picture.trimap);
      const expected = coarse.alpha.slice();
      guidedFilter(expected, coarse.alpha, planes, picture.image.format);
      expect(sharp.alpha).toEqual(expected);
      expect(sharp.alpha).not.toEqual(coarse.alpha);
      // Another trimap is another matte.
      const other = { ...picture, trimap: shapeTrimap(SIZE, person(50), 0.4) };
      expect(await first!.matte(other)).not.toEqual(coarse.alpha);
    } finally {
      await open.close();
    }
  });

  it('are named by what runs them where that is compared', async () => {
    expect(await names({ models: ['compact'], engines: ['onnx', 'tfjs'] })).toEqual([
      'compact stage1+2 (onnx, cpu)',
      'compact stage1+2 (tfjs, cpu)',
    ]);
    expect(await names({ models: ['trimap'] })).toEqual(['trimap']);
  });
});

describe('stages that a model does not have', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await temporaryFolder();
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('are refused by name; without a wish it is scored with what it has', async () => {
    const options = { stages: 1, widths: [4, 4, 4, 4, 4, 4] };
    const file = await writeRandomWeights(folder, 'dim', options);
    expect(await names({ models: [file] })).toEqual(['random-dim stage1']);
    expect(await names({ models: [file], stages: ['stage1'] })).toEqual(['random-dim stage1']);
    await expect(names({ models: [file], stages: ['stage1', 'stage1+2'] })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(/^random-dim has no stage1\+2 \(found a network of one stage/) as string,
    });
    await expect(names({ models: ['trimap'], stages: ['stage1'] })).rejects.toMatchObject({
      message: expect.stringMatching(/^trimap .*stage/) as string,
    });
  });
});
