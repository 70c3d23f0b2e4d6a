import { execFile } from 'node:child_process';
import { access, cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MatteScores } from '../../src/evaluation/metrics.js';
import { runCli } from '../support/cli.js';
import { temporaryFolder, writeMadeSet } from '../support/made-pictures.js';
import { footage } from '../support/material.js';

const SIZE = { width: 160, height: 96 };

interface MethodJson {
  readonly mean: MatteScores;
  readonly images: readonly (MatteScores & { readonly name: string })[];
}
type EvalJson = MethodJson & {
  readonly methods: Readonly<Record<string, MethodJson>>;
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
};

let folder: string;
let set: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  set = join(folder, 'set');
  await writeMadeSet(set, ['hair', 'soft'], SIZE);
});
afterAll(() => rm(folder, { recursive: true }));

async function evaluated(...args: readonly string[]): Promise<EvalJson> {
  const { code, stdout, stderr } = await runCli(['eval', ...args, '--json']);
  expect([stderr, code]).toEqual([expect.any(String), 0]);
  return JSON.parse(stdout) as EvalJson;
}

describe('matteflow eval', () => {
  it('scores the default model beside a baseline, as JSON and as CSV', async () => {
    const csv = join(folder, 'scores.csv');
    const json = await evaluated(set, '--baseline', 'trimap', '--csv', csv);
    const [ours, trimap] = [json.methods['compact stage1+2']!, json.methods.trimap!];
    expect(json.images.map(({ name }) => name)).toEqual(['hair', 'soft']);
    expect({ mean: json.mean, images: json.images }).toEqual(ours);
    for (const measure of ['sad', 'mse', 'grad', 'conn', 'mad'] as const) {
      const [a, b] = ours.images.map((image) => image[measure]);
      expect(ours.mean[measure]).toBeCloseTo((a! + b!) / 2, 9);
      expect(ours.mean[measure]).toBeGreaterThan(0);
    }
    for (const measure of ['sad', 'mse', 'mad'] as const) {
      expect(ours.mean[measure]).toBeLessThan(trimap.mean[measure] / 2);
    }
    const rows = (await readFile(csv, 'utf8')).trimEnd().split('\r\n');
    expect(rows).toHaveLength(5);
    expect(rows[1]).toMatch(/^hair,compact stage1\+2,160,96,\d+,/);
  });

  it('prints a table; progress and notes stay off stdout', async () => {
    const { code, stdout, stderr } = await runCli(['eval', set, '--model', 'trimap']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/2 pictures\n\nmean +SAD +MSE +Grad +Conn +MAD +seconds\ntrimap +\d/);
    expect(stdout).toMatch(/\nhair +trimap +\d[^]*\nsoft +trimap +\d/);
    expect(stdout).not.toContain('evaluate:');
    expect(stderr).toMatch(/evaluate: 2\/2 mattes/);
  });

  it('scores the truth, handed in as finished mattes, 0', async () => {
    const json = await evaluated(set, '--mattes', `exact=${join(set, 'alpha')}`);
    expect(Object.keys(json.methods)).toEqual(['exact']);
    expect(json.mean).toMatchObject({ sad: 0, mse: 0, grad: 0, conn: 0, mad: 0 });
  });

  it('fails for a picture without a trimap before it mattes any, or leaves it out', async () => {
    const lacking = join(folder, 'lacking');
    await writeMadeSet(lacking, ['hair', 'soft'], SIZE);
    await rm(join(lacking, 'trimap', 'soft.png'));
    const failed = await runCli(['eval', lacking, '--model', 'trimap', '--json']);
    expect(failed.code).toBe(1);
    expect(JSON.parse(failed.stdout)).toMatchObject({ error: { code: 'INPUT_UNSUPPORTED' } });
    expect(failed.stderr).toMatch(/1 × no trimap: soft/);
    expect(failed.stderr).not.toContain('evaluate:');
    const json = await evaluated(lacking, '--model', 'trimap', '--skip');
    expect(json.images.map(({ name }) => name)).toEqual(['hair']);
    expect(json.skipped).toEqual([{ name: 'soft', reason: 'no trimap' }]);
  });

  it('does not begin what it could not write', async () => {
    const csv = join(folder, 'there.csv');
    await writeFile(csv, 'kept');
    const { code, stderr } = await runCli(['eval', set, '--model', 'trimap', '--csv', csv]);
    expect([code, await readFile(csv, 'utf8')]).toEqual([1, 'kept']);
    expect(stderr).toMatch(/exists already/);
    expect(stderr).not.toContain('evaluate:');
    await evaluated(set, '--model', 'trimap', '--csv', csv, '--overwrite');
    expect(await readFile(csv, 'utf8')).toMatch(/^picture,method/);
    expect((await readdir(folder)).filter((name) => name.includes('.part'))).toEqual([]);
  });

  it('ends with 2 for what it does not understand, with 1 for a set that it cannot use', async () => {
    const codes = [];
    for (const args of [
      [set, '--baseline', 'magic'],
      [set, '--stages', 'stage3'],
      [set, '--model', 'trimap', '--stages', 'stage1'],
      [set, '--plot', 'a.svg'],
      [set, '--model', 'no-such-model'],
      [join(folder, 'none')],
    ]) {
      codes.push((await runCli(['eval', ...args])).code);
    }
    expect(codes).toEqual([2, 2, 2, 2, 2, 1]);
  });

  it('sweeps trimaps and draws the result', async () => {
    const plot = join(folder, 'sweep.svg');
    const { code, stdout } = await runCli([
      ...['eval', set, '--model', 'trimap', '--sweep', '1,5', '--tolerance', '2', '--plot', plot, '--json'],
    ]);
    expect(code).toBe(0);
    const { distances, methods } = JSON.parse(stdout) as {
      distances: number[];
      methods: Record<string, { distance: number; mean: MatteScores }[]>;
    };
    expect(distances).toEqual([1, 5]);
    const [near, far] = methods.trimap!;
    expect([near!.distance, far!.distance]).toEqual([1, 5]);
    expect(near!.mean.sad).toBeLessThan(far!.mean.sad);
    const { format, width } = await sharp(await readFile(plot)).metadata();
    expect([format, width]).toEqual(['svg', 760]);
  });

  it('writes a test set’s mattes for the benchmark’s web site', async () => {
    const test = join(folder, 'test-set');
    await writeMadeSet(test, ['hair'], SIZE);
    const renamed = [
      ['image', 'input_lowres'],
      ['trimap', 'trimap_lowres/Trimap1'],
    ] as const;

    for (const [from, to] of renamed) await cp(join(test, from), join(test, to), { recursive: true });
    await cp(join(test, 'trimap'), join(test, 'trimap_lowres/Trimap2'), { recursive: true });
    const out = join(folder, 'submission');
    const { code, stdout } = await runCli(['eval', test, '--submission', out, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ mattes: 2, method: 'compact stage1+2' });
    expect((await readdir(out)).sort()).toEqual(['Trimap1', 'Trimap2']);
    const { width, height, channels, depth } = await sharp(join(out, 'Trimap2', 'hair.png')).metadata();
    expect({ width, height, channels, depth }).toEqual({ ...SIZE, channels: 1, depth: 'uchar' });
    const exact = await sharp(join(test, 'alpha', 'hair.png'))
      .extractChannel(0)
      .raw()
      .toBuffer();
    const ours = await sharp(join(out, 'Trimap2', 'hair.png'))
      .extractChannel(0)
      .raw()
      .toBuffer();
    const difference = exact.reduce((sum, value, i) => sum + Math.abs(value - ours[i]!), 0) / exact.length;
    expect(difference).toBeLessThan(8);
    const again = await runCli(['eval', test, '--submission', out]);
    expect(again.code).toBe(1);
    await expect(access(join(out, 'Trimap3'))).rejects.toThrow();
  });
});

describe('the example evaluate-method', () => {
  it('scores a method of one’s own', async () => {
    const example = fileURLToPath(new URL('../../dist/examples/evaluate-method.js', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [example, set]);
    const [, sad] = /^2 pictures: SAD ([\d.]+), MSE [\d.]+, Grad [\d.]+, Conn [\d.]+\n$/.exec(stdout) ?? [];
    const { mean } = await evaluated(set, '--model', 'trimap');
    // Better than knowing nothing.
    expect(Number(sad)).toBeGreaterThan(0);
    expect(Number(sad)).toBeLessThan(mean.sad);
  });
});

const photographs = footage('images');

describe.skipIf(photographs === undefined)('matteflow eval on photographs (shared/fixtures/images)', () => {
  it.each([
    // What the weights' card says.
    ['quarter', 2.16, 0.0156],
    ['full', 1.71, 0.0106],
    ['linked', 1.78, 0.0112],
  ] as const)('finds what is documented of the shipped model on the prior “%s”', async (prior, sad, mse) => {
    const json = await evaluated(photographs!, '--prior', prior);
    const photos = json.images.filter(({ name }) => name !== 'lemur');
    expect(photos).toHaveLength(4);
    expect(photos.reduce((sum, image) => sum + image.sad, 0) / 4).toBeCloseTo(sad, 1);
    expect(photos.reduce((sum, image) => sum + image.mse, 0) / 4).toBeCloseTo(mse, 3);
  });
});
