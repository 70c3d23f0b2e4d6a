import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evaluate } from '../../src/evaluation/evaluate.js';
import { scoreMatte } from '../../src/evaluation/metrics.js';
import type { Method, Picture } from '../../src/evaluation/results.js';
import { openPictureSet, type PictureSet } from '../../src/evaluation/sets/picture-set.js';
import { plain, temporaryFolder, writeGreys } from '../support/made-pictures.js';

const SIZE = { width: 20, height: 10 };
/** The left half is unknown, the right half foreground. */
const TRIMAP = Uint8Array.from({ length: 200 }, (_, i) => (i % 20 < 10 ? 128 : 255));
/** 0.2 to 0.6 on the left, in whole levels of 8 bits; 1 on the right. */
const TRUTH = Uint8Array.from({ length: 200 }, (_, i) => (i % 20 < 10 ? 51 + 10 * (i % 10) : 255));

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  await addPicture('a');
});
afterEach(() => rm(folder, { recursive: true }));

async function addPicture(name: string, { trimap = TRIMAP, truth = TRUTH } = {}): Promise<void> {
  await writeGreys(folder, {
    [`image/${name}.png`]: { ...SIZE, values: TRUTH },
    [`trimap/${name}.png`]: { ...SIZE, values: trimap },
    [`alpha/${name}.png`]: { ...SIZE, values: truth },
  });
}

/** A method that gives the truth with `offset` added to its unknown pixels. */
function offBy(name: string, offset: number): Method {
  return {
    name,
    matte: ({ trimap }) =>
      Promise.resolve(Float32Array.from(TRUTH, (v, i) => v / 255 + (trimap[i] === 128 ? offset : 0))),
  };
}

function open(skip = false): Promise<PictureSet> {
  return openPictureSet(folder, { purpose: 'score', skip });
}

describe('an evaluation', () => {
  it('scores the truth 0 and a constant offset by what it is', async () => {
    const evaluation = await evaluate(await open(), [offBy('exact', 0), offBy('off', 0.25)]);
    const { exact, off } = evaluation.pictures[0]!.methods;
    expect(exact).toMatchObject({ sad: 0, mse: 0, grad: 0, conn: 0, mad: 0, unknownPixels: 100 });
    expect(off!.sad).toBeCloseTo((100 * 0.25) / 1000, 7);
    expect(off!.mse).toBeCloseTo(0.0625, 6);
    expect(off!.mad).toBeCloseTo(0.125, 6);
    expect(evaluation).toMatchObject({ set: folder, methods: ['exact', 'off'], skipped: [] });
    expect(evaluation.pictures[0]).toMatchObject({ name: 'a', ...SIZE, unknownPixels: 100 });
  });

  it('times methods from outside, unless they know better', async () => {
    const slow: Method = {
      name: 'slow',
      matte: async (picture) => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        return offBy('slow', 0).matte(picture);
      },
    };
    const knowing: Method = {
      ...slow,
      name: 'knowing',
      timed: async (picture) => ({ alpha: await slow.matte(picture), seconds: 1000 }),
    };
    const { mean } = await evaluate(await open(), [slow, knowing]);
    expect(mean.slow!.seconds).toBeGreaterThan(0.04);
    expect(mean.knowing).toMatchObject({ seconds: 1000, sad: 0 });
  });

  it('means count every picture alike', async () => {
    const narrow = TRIMAP.map((value, i) => (i % 20 < 5 ? value : TRUTH[i] === 255 ? 255 : 0));
    const truth = TRUTH.map((value, i) => (narrow[i] === 0 ? 0 : value));
    await addPicture('b', { trimap: narrow, truth });
    const method: Method = {
      name: 'grey',
      matte: ({ trimap }) =>
        Promise.resolve(Float32Array.from(trimap, (value) => (value === 128 ? 0.5 : value / 255))),
    };
    const { mean, pictures } = await evaluate(await open(), [method]);
    const [a, b] = pictures.map(({ methods }) => methods.grey!);
    expect(b!.unknownPixels).toBe(50);
    for (const measure of ['sad', 'mse', 'grad', 'conn', 'mad'] as const) {
      expect(a![measure]).not.toBe(b![measure]);
      expect(mean.grey![measure]).toBeCloseTo((a![measure] + b![measure]) / 2, 9);
    }
    expect(b).toMatchObject(scoreMatte(await alphaOf(method, narrow), unit(truth), narrow, 20, 10));
  });

  it('hands each picture and its mattes on before the next is read', async () => {
    await addPicture('b');
    const seen: string[] = [];
    const progress: number[][] = [];
    const method: Method = {
      name: 'exact',
      matte: (picture) => {
        seen.push(`matte ${picture.name}`);
        return offBy('exact', 0).matte(picture);
      },
    };
    await evaluate(await open(), [method, offBy('off', 0.25)], {
      onPicture: async (picture, mattes, result) => {
        await Promise.resolve();
        seen.push(`${picture.name} ${result.name} ${[...mattes.keys()].join('+')}`);
        expect(picture.truth).toEqual(unit(TRUTH));
        expect(mattes.get('exact')).toEqual(picture.truth);
      },
      onProgress: (...counts) => progress.push(counts),
    });
    expect(seen).toEqual(['matte a', 'a a exact+off', 'matte b', 'b b exact+off']);
    expect(progress).toEqual([1, 2, 3, 4].map((done) => [done, 4]));
  });

  it('refuses two methods of one name', async () => {
    await expect(evaluate(await open(), [offBy('x', 0), offBy('x', 0.1)])).rejects.toMatchObject({
      code: 'USAGE',
    });
  });

  it('stops between mattes when it is asked to', async () => {
    const controller = new AbortController();
    const method: Method = {
      name: 'first',
      matte: (picture) => {
        controller.abort();
        return offBy('first', 0).matte(picture);
      },
    };
    const second = offBy('second', 0);
    const run = evaluate(await open(), [method, second], { signal: controller.signal });
    await expect(run).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('a picture that only reading shows to be useless', () => {
  const known = TRUTH.map((value) => (value === 255 ? 255 : 0));

  it('without unknown pixels ends the evaluation, or is left out and named', async () => {
    await addPicture('b', { trimap: known });
    await expect(evaluate(await open(), [offBy('exact', 0)])).rejects.toMatchObject({
      code: 'TRIMAP_ALL_KNOWN',
      message: expect.stringMatching(/b\.png: the trimap has no unknown pixels.*--skip/) as string,
    });
    const evaluation = await evaluate(await open(true), [offBy('exact', 0)]);
    expect(evaluation.pictures.map(({ name }) => name)).toEqual(['a']);
    expect(evaluation.skipped).toEqual([{ name: 'b', reason: 'no unknown pixels' }]);
  });

  it('whose pixels are damaged is left out likewise', async () => {
    await addPicture('b');
    await damage(join(folder, 'image', 'b.png'));
    await expect(evaluate(await open(), [offBy('exact', 0)])).rejects.toMatchObject({
      code: 'INPUT_NOT_MEDIA',
    });
    const { skipped } = await evaluate(await open(true), [offBy('exact', 0)]);
    expect(skipped).toEqual([{ name: 'b', reason: expect.stringMatching(/^cannot be used \(/) as string }]);
  });

  it('whose trimap is inverted ends the evaluation', async () => {
    await addPicture('b', { truth: TRUTH.map((value) => 255 - value) });
    await expect(evaluate(await open(), [offBy('exact', 0)])).rejects.toMatchObject({
      code: 'TRIMAP_INVALID',
      message: expect.stringMatching(/b\.png: .* opposite .*100 of its 100 known pixels/) as string,
    });
  });

  it('leaves nothing where all are', async () => {
    await addPicture('a', { trimap: known });
    await expect(evaluate(await open(true), [offBy('exact', 0)])).rejects.toMatchObject({
      code: 'INPUT_EMPTY',
      message: expect.stringMatching(/1 × no unknown pixels: a/) as string,
    });
  });
});

/** A PNG whose header is right and whose pixels are cut off. */
async function damage(path: string): Promise<void> {
  await writeGreys(folder, { 'whole.png': plain(77, SIZE.width, SIZE.height) });
  const whole = await readFile(join(folder, 'whole.png'));
  await writeFile(path, whole.subarray(0, whole.indexOf('IDAT') + 6));
}

function unit(grey: Uint8Array): Float32Array {
  return Float32Array.from(grey, (value) => value / 255);
}

function alphaOf(method: Method, trimap: Uint8Array): Promise<Float32Array> {
  return method.matte({ name: 'b', trimap, image: undefined as unknown as Picture['image'] });
}
