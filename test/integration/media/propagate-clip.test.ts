import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { propagateClip } from '../../../src/index.js';
import { readTrimap, writeTrimap } from '../../../src/trimap/trimap.js';
import { runCli } from '../../support/cli.js';
import { smallClip, temporaryFolder } from '../../support/made-clip.js';

const size = { width: 96, height: 64 };
const file = (number: number): string => `${String(number).padStart(4, '0')}.png`;

describe('propagateClip, again', () => {
  it('does only the frames beside a changed keyframe, and leaves the others’ files as they were', async () => {
    const folder = await temporaryFolder();
    const clip = await smallClip(folder, { ...size, frames: 10, keyframes: [0, 3, 6, 9] });
    const keys = join(folder, 'keys');
    await mkdir(keys);
    for (const number of [0, 6, 9])
      await copyFile(join(clip.trimapFolder, file(number)), join(keys, file(number)));
    const options = { input: clip.input, trimaps: keys, output: join(folder, 'trimaps'), suggest: 2 };

    const first = await propagateClip(options);
    expect(first).toMatchObject({ frames: 10, propagated: 7, cuts: [], missing: [] });
    expect(first.suggested).toHaveLength(2);
    expect(Object.keys(first.confidence)).toHaveLength(7);
    expect(await propagateClip(options)).toMatchObject({
      frames: 10,
      propagated: 0,
      suggested: first.suggested,
    });

    const untouched = await readTrimap(join(options.output, file(7)), size);
    await copyFile(join(clip.trimapFolder, file(3)), join(keys, file(3)));
    const second = await propagateClip(options);
    expect(second).toMatchObject({ frames: 10, propagated: 4 });
    expect(await readTrimap(join(options.output, file(7)), size)).toEqual(untouched);

    const anew = await propagateClip({ ...options, output: join(folder, 'anew') });
    expect(anew).toMatchObject({ propagated: 6, confidence: second.confidence });
    for (let number = 0; number < 10; number++) {
      const [one, other] = [options.output, anew.output].map((path) =>
        readTrimap(join(path, file(number)), size),
      );
      expect(await one).toEqual(await other);
    }
  });

  it('takes no folder that it did not make from this clip', async () => {
    const folder = await temporaryFolder();
    const clip = await smallClip(folder, { ...size, frames: 4, keyframes: [0, 3] });
    const options = { input: clip.input, trimaps: clip.trimapFolder, output: join(folder, 'trimaps') };
    await mkdir(options.output);
    await writeFile(join(options.output, 'notes.txt'), 'mine');
    await expect(propagateClip(options)).rejects.toEqual(expect.objectContaining({ code: 'OUTPUT_EXISTS' }));
    expect(await readdir(options.output)).toEqual(['notes.txt']);

    const output = join(folder, 'range');
    await propagateClip({ ...options, output, range: [0, 2] });
    await expect(propagateClip({ ...options, output })).rejects.toEqual(
      expect.objectContaining({ code: 'OUTPUT_EXISTS' }),
    );
  });
});

describe('a folder of propagated trimaps that a person has been at', () => {
  it('loses no correction: it has to become a keyframe, and then is one', async () => {
    const folder = await temporaryFolder();
    const clip = await smallClip(folder, { ...size, frames: 7, keyframes: [0, 6] });
    const keys = clip.trimapFolder;
    const options = { input: clip.input, trimaps: keys, output: join(folder, 'trimaps') };
    await propagateClip(options);
    const corrected = join(options.output, file(3));
    const trimap = (await readTrimap(corrected, size)).fill(255, 0, size.width);
    await writeTrimap(corrected, trimap, size);

    const run = await runCli(['trimap', 'propagate', clip.input, '--trimaps', keys, '-o', options.output]);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/changed by hand.*0003\.png.*Copy them into/s);
    expect(await readTrimap(corrected, size)).toEqual(trimap);

    await copyFile(corrected, join(keys, file(3)));
    expect(await propagateClip(options)).toMatchObject({ frames: 7, propagated: 4 });
    expect(await readTrimap(corrected, size)).toEqual(trimap);
    await rm(join(options.output, file(5)));
    expect(await propagateClip(options)).toMatchObject({ frames: 7, propagated: 2 });
  });

  it('is left alone when its record is damaged', async () => {
    const folder = await temporaryFolder();
    const clip = await smallClip(folder, { ...size, frames: 3, keyframes: [0, 2] });
    const options = { input: clip.input, trimaps: clip.trimapFolder, output: join(folder, 'trimaps') };
    await propagateClip(options);
    const record = join(options.output, '.propagation.json');
    const whole = await readFile(record, 'utf8');
    for (const damaged of [whole.slice(0, -9), '[]', '{"clip":"a","intervals":{"b":3}}']) {
      await writeFile(record, damaged);
      await expect(propagateClip(options)).rejects.toThrow(/record .* is damaged.*Name another folder/s);
    }
    await writeFile(record, whole);
    expect(await propagateClip(options)).toMatchObject({ propagated: 0 });
  });
});

describe('garbage and holdout mattes', () => {
  it('are in every trimap, painted ones too; other mattes are another folder', async () => {
    const folder = await temporaryFolder();
    const clip = await smallClip(folder, { ...size, frames: 4, keyframes: [0, 3] });
    const [garbage, holdout] = [join(folder, 'garbage.png'), join(folder, 'holdout.png')];
    const white = (first: number, last: number): Uint8Array =>
      new Uint8Array(size.width * size.height).fill(255, first * size.width, last * size.width);
    await writeTrimap(garbage, white(0, 40), size);
    await writeTrimap(holdout, white(30, 50), size);
    const output = join(folder, 'trimaps');
    const args = ['trimap', 'propagate', clip.input, '--trimaps', clip.trimapFolder, '-o', output];
    expect(await runCli([...args, '--garbage', garbage, '--holdout', holdout])).toMatchObject({ code: 0 });
    for (const number of [0, 1, 2, 3]) {
      const trimap = await readTrimap(join(output, file(number)), size);
      expect(trimap.subarray(0, 30 * size.width).every((value) => value === 0)).toBe(true);
      expect(trimap.subarray(30 * size.width, 50 * size.width).every((value) => value === 255)).toBe(true);
    }
    expect((await runCli(args)).stderr).toMatch(/exists/);
  });
});

describe('a cut without a keyframe on its far side', () => {
  it('is reported by propagate and refused by matte; no frame is guessed', async () => {
    const folder = await temporaryFolder();
    const [lion, butterfly] = await Promise.all(
      (['hair', 'soft'] as const).map(async (kind) => {
        const own = join(folder, kind);
        await mkdir(own);
        return smallClip(own, { ...size, kind, frames: 4, keyframes: [0] });
      }),
    );
    const pictures = join(folder, 'pictures');
    await joined(pictures, [lion!.input, butterfly!.input]);
    const keys = join(lion!.trimapFolder, file(0));
    const output = join(folder, 'trimaps');
    const run = await runCli(['trimap', 'propagate', pictures, '--trimaps', keys, '-o', output, '--json']);
    expect(run.stderr).toMatch(/4 frames have no trimap.*at or after frame 4/);
    expect(JSON.parse(run.stdout)).toMatchObject({ frames: 4, cuts: [4], missing: [4, 5, 6, 7] });
    const names = (await readdir(output)).filter((name) => name.endsWith('.png'));
    expect(names.sort()).toEqual([0, 1, 2, 3].map(file));

    const matte = await runCli([
      'matte',
      pictures,
      '--trimaps',
      keys,
      '--model',
      'trimap',
      '-o',
      join(folder, 'o.mov'),
    ]);
    expect(matte.code).toBe(1);
    expect(matte.stderr).toMatch(/cuts to another shot.*frame 4/);
    await expect(stat(join(folder, 'o.mov'))).rejects.toThrow();
  });
});

/** The clips' frames one after the other, as numbered pictures. */
async function joined(folder: string, inputs: readonly string[]): Promise<void> {
  await mkdir(folder);
  for (const [n, input] of inputs.entries()) {
    const target = join(folder, '%04d.png');
    const args = ['-v', 'error', '-i', input, '-start_number', String(4 * n), target];
    await promisify(execFile)('ffmpeg', args);
  }
}
