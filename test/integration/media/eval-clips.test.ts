import { copyFile, cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { evalClips, type EvalClipsFlags, type EvalClipsResult } from '../../../src/cli/eval-clips.js';
import { MatteflowError } from '../../../src/core/errors.js';
import type { ClipMeans, ClipResult } from '../../../src/evaluation/video/clip-results.js';
import { holdsClips } from '../../../src/evaluation/video/clip-set.js';
import { smallClip, temporaryFolder } from '../../support/made-clip.js';
import { makeMedia } from '../../support/media.js';
import { ffmpegProcesses } from '../../support/processes.js';

const SIZE = { width: 96, height: 64, frames: 4 };

interface Json {
  readonly mean: ClipMeans;
  readonly methods: Readonly<Record<string, ClipMeans>>;
  readonly clips: readonly ClipResult[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

async function evaluate(folder: string, flags: EvalClipsFlags): Promise<EvalClipsResult & { result: Json }> {
  const quiet = {
    note: () => undefined,
    progress: () => undefined,
    status: () => undefined,
    stop: () => undefined,
  };
  const done = await evalClips(folder, flags, { signal: new AbortController().signal, reporter: quiet });
  return { ...done, result: JSON.parse(JSON.stringify(done.json)) as Json };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof MatteflowError)) throw new Error('no MatteflowError', { cause: error });
  return `${error.code} ${error.message}`;
}

describe('evalClips', () => {
  it('mattes a clip with the pipeline and judges it, without leaving anything behind', async () => {
    const folder = await temporaryFolder();
    const clip = join(folder, 'lion');
    await smallClip(clip, { ...SIZE, keyframes: [0, 3] });
    const [csv, plots] = [join(folder, 'rows.csv'), join(folder, 'plots')];
    const { result, text, charts } = await evaluate(clip, {
      model: ['compact'],
      stages: ['stage1', 'stage1+2'],
      baseline: ['trimap'],
      device: ['cpu'],
      ...{ csv, plots },
    });

    expect(Object.keys(result.methods)).toEqual(['compact stage1', 'compact stage1+2', 'trimap']);
    expect(result.mean).toEqual(result.methods['compact stage1']);
    const [judged] = result.clips;
    expect(judged).toMatchObject({ name: 'lion', ...SIZE, truths: 4, painted: [0, 3] });
    expect(judged!.unknownRegion).toBe('propagated');
    expect(judged!.band.painted!.wrong).toBe(0);
    expect(judged!.band.frames.map(({ distance }) => distance)).toEqual([0, 1, 1, 0]);
    const { trimap, 'compact stage1+2': compact } = result.methods;
    expect(compact!.sad).toBeGreaterThan(0);
    expect(compact!.sad).toBeLessThan(0.7 * trimap!.sad);
    expect(compact!.dtssd['unknown-sum']).toBeGreaterThan(0);
    expect(compact!.flicker).toBeGreaterThan(0);

    const rows = (await readFile(csv, 'utf8')).trimEnd().split('\r\n');
    expect(rows).toHaveLength(1 + 3 * SIZE.frames);
    expect(rows[0]).toMatch(/^clip,frame,method,sad,.*,dtssd-frame-mean,dtssd-unknown-sum,/);
    expect(new Set(rows.map((row) => row.split(',').length)).size).toBe(1);
    expect((await readdir(plots)).sort()).toEqual(charts.map(({ name }) => `${name}.svg`).sort());
    expect(text).toMatch(/trimaps propagated from 0, 3/);
    expect(text).toMatch(/dtSSD +dtSSD/);
    expect(await ffmpegProcesses(folder)).toEqual([]);
    expect((await readdir(folder)).sort()).toEqual(['lion', 'plots', 'rows.csv']);
  });

  it('gives the truth itself nothing but zeros, as pictures and as videos of every kind', async () => {
    const folder = await temporaryFolder();
    const clip = await smallClip(folder, { ...SIZE, keyframes: [0, 1, 2, 3] });
    const alpha = join(clip.alphaFolder, '%04d.png');
    const make = async (name: string, options: readonly string[]): Promise<string> => {
      const path = join(folder, 'mattes', name);
      await makeMedia(['-i', alpha, ...options, path]);
      return path;
    };
    await mkdir(join(folder, 'mattes', 'wide'), { recursive: true });
    const asAlpha = [
      '-i',
      alpha,
      '-filter_complex',
      '[0]format=yuv444p10le[c];[1][c]scale2ref[a][b];[b][a]alphamerge',
    ];
    const places = {
      pictures: clip.alphaFolder,
      wide: await make('wide/%02d.png', ['-start_number', '0', '-pix_fmt', 'gray16be']).then(() =>
        join(folder, 'mattes', 'wide'),
      ),
      grey: await make('grey.mkv', ['-c:v', 'ffv1', '-pix_fmt', 'gray']),
      deep: await make('deep.mkv', ['-c:v', 'ffv1', '-pix_fmt', 'gray16le', '-color_range', 'pc']),
      rgb: await make('rgb.mkv', ['-c:v', 'ffv1', '-pix_fmt', 'bgr0']),
      luma: await make('luma.mkv', [
        ...['-vf', 'scale=in_range=pc:out_range=tv', '-pix_fmt', 'yuv444p10le', '-color_range', 'tv'],
        ...['-c:v', 'ffv1'],
      ]),
      channel: await make('channel.mov', [
        ...asAlpha,
        '-c:v',
        'prores_ks',
        '-profile:v',
        '4',
        '-alpha_bits',
        '16',
      ]),
    };
    const { result } = await evaluate(folder, {
      mattes: Object.entries(places).map(([name, folder]) => ({ name, folder })),
    });
    expect(result.clips[0]!.unknownRegion).toBe('painted');
    expect(result.clips[0]!.band.propagated).toBeUndefined();
    for (const exact of ['pictures', 'wide', 'grey', 'deep', 'rgb']) {
      expect(result.methods[exact], exact).toEqual({
        ...{ sad: 0, mse: 0, grad: 0, conn: 0, mad: 0, flicker: 0 },
        dtssd: { 'frame-mean': 0, 'unknown-sum': 0 },
        messddt: { 'frame-mean': 0, 'unknown-sum': 0 },
      });
    }
    // Ten bits hold a grey of eight to half a step, 5e-4.
    for (const near of ['luma', 'channel']) expect(result.methods[near]!.mad, near).toBeLessThan(1e-3);
  });

  it('reads a picture’s alpha channel before its grey, and refuses colours without one', async () => {
    const folder = await temporaryFolder();
    const clip = await smallClip(folder, { ...SIZE, frames: 2, keyframes: [0, 1] });
    const mattes = join(folder, 'mattes');
    await mkdir(mattes);
    for (const name of await readdir(clip.alphaFolder)) {
      const grey = await sharp(join(clip.alphaFolder, name)).toColourspace('b-w').raw().toBuffer();
      const { width, height } = SIZE;
      await sharp({ create: { width, height, channels: 3, background: '#a04020' } })
        .joinChannel(grey, { raw: { width, height, channels: 1 } })
        .png()
        .toFile(join(mattes, name));
    }
    const { result } = await evaluate(folder, { mattes: [{ name: 'cut', folder: mattes }] });
    expect(result.mean).toMatchObject({ sad: 0, mad: 0 });
    const { width, height } = SIZE;
    await sharp({ create: { width, height, channels: 3, background: '#a04020' } })
      .png()
      .toFile(join(mattes, '0001.png'));
    expect(await codeOf(evaluate(folder, { mattes: [{ name: 'cut', folder: mattes }] }))).toMatch(
      /^INPUT_UNSUPPORTED .*0001\.png: this is a colour picture without transparency/,
    );
  });

  it('judges only the frames that have a truth', async () => {
    const folder = await temporaryFolder();
    const clip = await smallClip(folder, { ...SIZE, keyframes: [0, 3] });
    await rm(join(clip.alphaFolder, '0001.png'));
    const { result, text } = await evaluate(folder, { model: ['trimap'] });
    const { frames } = result.clips[0]!.methods.trimap!;
    expect(frames.map(({ frame, temporal }) => [frame, temporal !== undefined])).toEqual([
      [0, false],
      [2, false],
      [3, true],
    ]);
    expect(text).toMatch(/3 of 4 frames have a truth/);
  });

  it('takes numbered pictures for a clip, in their own numbers', async () => {
    const folder = await temporaryFolder();
    const clip = await smallClip(folder, { ...SIZE, frames: 2, keyframes: [0] });
    await mkdir(join(folder, 'frame'));
    await makeMedia(['-i', clip.input, '-start_number', '1001', join(folder, 'frame', 'shot.%04d.png')]);
    await rm(clip.input);
    await rename(join(clip.trimapFolder, '0000.png'), join(clip.trimapFolder, '1001.png'));
    await rename(join(clip.alphaFolder, '0000.png'), join(clip.alphaFolder, '1001.png'));
    await rename(join(clip.alphaFolder, '0001.png'), join(clip.alphaFolder, '1002.png'));
    expect(await holdsClips(folder)).toBe(true);
    const { result } = await evaluate(folder, { model: ['trimap'] });
    expect(result.clips[0]!.methods.trimap!.frames.map(({ frame }) => frame)).toEqual([1001, 1002]);
    await rename(join(folder, 'frame'), join(folder, 'image'));
    expect(await holdsClips(folder)).toBe(false);
  });
});

describe('a set of clips', () => {
  it('fails naming and counting what cannot be judged, and leaves it out when told to', async () => {
    const folder = await temporaryFolder();
    const good = await smallClip(join(folder, 'a good'), { ...SIZE, frames: 2, keyframes: [0, 1] });
    await smallClip(join(folder, 'b no truth'), { ...SIZE, frames: 2, keyframes: [0, 1] });
    await rm(join(folder, 'b no truth', 'alpha'), { recursive: true });
    const stray = await smallClip(join(folder, 'c stray'), { ...SIZE, frames: 2, keyframes: [0, 1] });
    await copyFile(join(stray.alphaFolder, '0001.png'), join(stray.alphaFolder, '0002.png'));
    const sizes = await smallClip(join(folder, 'd sizes'), { ...SIZE, frames: 2, keyframes: [0, 1] });
    const odd = join(sizes.alphaFolder, '0001.png');
    await writeFile(odd, await sharp(odd).resize(48, 32).png().toBuffer());
    await mkdir(join(folder, 'e empty'));
    const twice = await smallClip(join(folder, 'f twice'), { ...SIZE, frames: 2, keyframes: [0, 1] });
    await cp(twice.alphaFolder, join(folder, 'f twice', 'frame'), { recursive: true });
    await mkdir(join(folder, 'mattes'));
    await symlink(good.alphaFolder, join(folder, 'mattes', 'a good'));

    expect(await holdsClips(folder)).toBe(true);
    const flags = { baseline: ['trimap'], mattes: [{ name: 'truth', folder: join(folder, 'mattes') }] };
    expect(await codeOf(evaluate(folder, flags))).toMatch(
      /^INPUT_DAMAGED .*found 6: b no truth, c stray, d sizes, e empty, f twice, and 1 more.*no alpha\//,
    );
    const { result, text } = await evaluate(folder, { ...flags, skip: true });
    expect(result.clips.map(({ name }) => name)).toEqual(['a good']);
    expect(result.methods.truth).toMatchObject({ sad: 0, mad: 0 });
    expect(result.skipped.map(({ name }) => name)).toEqual([
      ...['b no truth', 'c stray', 'd sizes', 'e empty', 'f twice', 'mattes'],
    ]);
    const reasons = result.skipped.map(({ reason }) => reason).join('\n');
    expect(reasons).toMatch(
      /mattes for frames the clip does not have \(found 1: 0002\.png, expected numbers from 0 to 1\)/,
    );
    expect(reasons).toMatch(
      /do not have the size of the clip \(found 1: .*0001\.png of 48 × 32, expected 96 × 64\)/,
    );
    expect(reasons).toMatch(/no clip\.\* or frame\/, no alpha\/, no trimap\//);
    expect(reasons).toMatch(/found clip\.mkv and frame/);
    expect(text).toMatch(/left out 6:/);

    await rm(join(folder, 'a good'), { recursive: true });
    expect(await codeOf(evaluate(folder, { ...flags, skip: true }))).toMatch(/^INPUT_EMPTY /);
  });

  it('means over clips', async () => {
    const folder = await temporaryFolder();
    const real = join(await temporaryFolder(), 'elsewhere');
    await smallClip(real, { ...SIZE, frames: 2, keyframes: [0, 1] });
    await symlink(real, join(folder, 'one'));
    await writeFile(join(folder, 'README'), 'Files beside the clips are passed over.');
    expect(await holdsClips(folder)).toBe(true);
    await smallClip(join(folder, 'two'), { ...SIZE, frames: 2, keyframes: [0, 1], kind: 'soft' });
    const { result, text } = await evaluate(folder, { model: ['trimap'] });
    const [one, two] = result.clips.map(({ methods }) => methods.trimap!.mean);
    expect(result.mean.sad).toBeCloseTo((one!.sad + two!.sad) / 2, 12);
    expect(text).toMatch(/mean of 2 clips/);
  });
});

describe('an interrupted evaluation', () => {
  it('ends with its processes and its temporary folders', async () => {
    const folder = await temporaryFolder();
    await smallClip(folder, { ...SIZE, keyframes: [0, 3] });
    const controller = new AbortController();
    const note = (line: string): void => {
      if (line.endsWith(': trimap')) controller.abort();
    };
    const reporter = { note, progress: () => undefined, status: () => undefined, stop: () => undefined };
    const csv = join(folder, 'rows.csv');
    const flags = { model: ['trimap'], csv };
    vi.stubEnv('TMPDIR', await temporaryFolder());
    onTestFinished(() => void vi.unstubAllEnvs());
    const run = evalClips(folder, flags, { signal: controller.signal, reporter });
    expect(await codeOf(run)).toMatch(/^ABORTED /);
    expect((await readdir(tmpdir())).filter((name) => name.includes('eval'))).toEqual([]);
    expect(await ffmpegProcesses(folder)).toEqual([]);
    expect((await readdir(folder)).sort()).toEqual(['alpha', 'clip.mkv', 'trimap']);
  });
});

describe('what a person can get wrong', () => {
  it('is refused by name', async () => {
    const folder = await temporaryFolder();
    const clip = await smallClip(folder, { ...SIZE, frames: 3, keyframes: [0, 1, 2] });
    const wrong = async (flags: EvalClipsFlags): Promise<string> => codeOf(evaluate(folder, flags));
    expect(await wrong({ stages: ['stage1+guided'] })).toMatch(
      /^USAGE .*found stage1\+guided, expected stage1 or/,
    );
    expect(await wrong({ baseline: ['trimap', 'trimap'] })).toMatch(/^USAGE two methods have the same name/);
    expect(await wrong({ model: ['nobody'] })).toMatch(/^MODEL_UNKNOWN /);
    expect(await wrong({ mattes: [{ name: 'm', folder: join(folder, 'absent') }] })).toMatch(
      /^INPUT_MISSING /,
    );

    const mattes = join(folder, 'mattes');
    await cp(clip.alphaFolder, mattes, { recursive: true });
    await rm(join(mattes, '0001.png'));
    expect(await wrong({ mattes: [{ name: 'm', folder: mattes }] })).toMatch(
      /^INPUT_UNSUPPORTED .*m has no matte for frames that have a truth \(found missing 1: 1, expected all 3\)/,
    );
    const short = join(folder, 'short.mkv');
    await makeMedia(['-i', join(clip.alphaFolder, '%04d.png'), '-frames:v', '2', '-c:v', 'ffv1', short]);
    expect(await wrong({ mattes: [{ name: 'm', folder: short }] })).toMatch(
      /^INPUT_UNSUPPORTED .*found 96 × 64, 2 frames, expected 96 × 64, 3 frames/,
    );
    const csv = join(folder, 'there.csv');
    await writeFile(csv, '');
    expect(await wrong({ baseline: ['trimap'], csv })).toMatch(/^OUTPUT_EXISTS /);
    expect(await codeOf(evaluate(join(folder, 'nowhere'), {}))).toMatch(/^INPUT_MISSING /);
  });
});
