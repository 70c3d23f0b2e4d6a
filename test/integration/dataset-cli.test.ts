import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matteflow-dataset-'));
  await mkdir(join(folder, 'bg'));
  for (const [k, background] of ['#aa3311', '#11aa33', '#3311aa'].entries()) {
    await sharp({ create: { width: 50 + 60 * k, height: 70, channels: 3, background } })
      .png()
      .toFile(join(folder, 'bg', `${k}.png`));
  }
});

afterAll(() => rm(folder, { recursive: true }));

const SYNTHESISE = ['dataset', 'synthesise', '--count', '3', '--side', '96', '--kind', 'leaves', '--json'];

describe('dataset synthesise', () => {
  it('writes straight RGBA and a contact sheet, the same for the same seed', async () => {
    const [first, second] = [join(folder, 'one'), join(folder, 'two')];
    const sheet = join(folder, 'sheet.png');
    const run = await runCli([
      ...SYNTHESISE,
      '-o',
      first,
      '--photographs',
      join(folder, 'bg'),
      '--sheet',
      sheet,
    ]);
    expect(run.code).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ output: first, count: 3, sheet });
    expect(await readdir(first)).toEqual(['leaves_00000.png', 'leaves_00001.png', 'leaves_00002.png']);
    const { width, height, channels, hasAlpha } = await sharp(join(first, 'leaves_00000.png')).metadata();
    expect({ width, height, channels, hasAlpha }).toEqual({
      width: 96,
      height: 96,
      channels: 4,
      hasAlpha: true,
    });
    expect((await sharp(sheet).metadata()).format).toBe('png');
    await runCli([...SYNTHESISE, '-o', second, '--photographs', join(folder, 'bg')]);
    for (const name of await readdir(first)) {
      expect(Buffer.compare(await readFile(join(first, name)), await readFile(join(second, name)))).toBe(0);
    }
  });

  it('keeps an existing folder, and refuses a kind that is none', async () => {
    const again = await runCli([...SYNTHESISE, '-o', join(folder, 'bg')]);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('exists already');
    const unknown = await runCli(['dataset', 'synthesise', '-o', join(folder, 'x'), '--kind', 'unicorn']);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('smoke');
  });
});

describe('dataset compose', () => {
  it('lays out image, trimap and alpha, completes what was begun, and refuses other settings', async () => {
    const [foregrounds, output] = [join(folder, 'cutouts'), join(folder, 'composed')];
    await runCli([...SYNTHESISE, '-o', foregrounds]);
    const args = ['dataset', 'compose', '--foregrounds', foregrounds, '--backgrounds', join(folder, 'bg')];
    const compose = (...more: string[]): ReturnType<typeof runCli> =>
      runCli([...args, '-o', output, '--per-foreground', '2', '--json', ...more]);
    const first = await compose();
    expect(JSON.parse(first.stdout)).toEqual({ output, composites: 6, kept: 0 });
    const names = [0, 1, 2].flatMap((f) => [0, 1].map((k) => `leaves_0000${f}_${k}.png`));
    for (const part of ['image', 'trimap', 'alpha']) expect(await readdir(join(output, part))).toEqual(names);
    for (const name of names) await checkComposite(output, foregrounds, name);

    const [kept, lost] = names.map((name) => join(output, 'image', name)) as [string, string];
    const [before, content] = [await stat(kept), await readFile(lost)];
    await rm(lost);
    expect(JSON.parse((await compose()).stdout)).toMatchObject({ composites: 6, kept: 5 });
    expect((await stat(kept)).mtimeMs).toBe(before.mtimeMs);
    expect(Buffer.compare(await readFile(lost), content)).toBe(0);

    const other = await compose('--seed', '2');
    expect(other.code).toBe(1);
    expect(JSON.parse(other.stdout)).toMatchObject({ error: { code: 'OUTPUT_EXISTS' } });
  });

  it('splits by object, in Composition-1k’s folders, the same to the byte for the same seed', async () => {
    const foregrounds = join(folder, 'objects');
    await mkdir(foregrounds);
    for (const name of ['cat_0', 'cat_1', 'dog_0', 'owl_0']) {
      await sharp({
        create: { width: 40, height: 30, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0.5 } },
      })
        .png()
        .toFile(join(foregrounds, `${name}.png`));
    }
    const trees: Record<string, string>[] = [];
    for (const output of [join(folder, 'split1'), join(folder, 'split2')]) {
      const run = await runCli([
        ...[
          'dataset',
          'compose',
          '--foregrounds',
          foregrounds,
          '--backgrounds',
          join(folder, 'bg'),
          '-o',
          output,
        ],
        ...[
          '--per-foreground',
          '3',
          '--layout',
          'composition-1k',
          '--test-objects',
          '2',
          '--object-until',
          '_',
        ],
        ...['--test-per-foreground', '2', '--json'],
      ]);
      expect(run.code).toBe(0);
      trees.push(await treeOf(output));
    }
    expect(trees[1]).toEqual(trees[0]);
    const objects = (set: string): Set<string> =>
      new Set(
        Object.keys(trees[0]!)
          .filter((path) => path.startsWith(`${set}/merged/`))
          .map((path) => path.split('/')[2]!.split('_')[0]!),
      );
    expect([...objects('train'), ...objects('test')].sort()).toEqual(['cat', 'dog', 'owl']);
    expect(objects('test').size).toBe(2);
    for (const part of ['merged', 'trimaps', 'alpha_copy']) {
      expect(Object.keys(trees[0]!).some((path) => path.startsWith(`test/${part}/`))).toBe(true);
    }
  });

  it('refuses widths that are none', async () => {
    const run = await runCli([
      'dataset',
      'compose',
      '--foregrounds',
      'a',
      '--backgrounds',
      'b',
      '-o',
      'c',
      '--trimap-width',
      '9:3',
    ]);
    expect(run.code).toBe(2);
  });
});

/** SHA-256 of every file below a folder, by path. */
async function treeOf(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hashes = files.sort().map(async (path) => {
    const hash = createHash('sha256').update(await readFile(path));
    return [relative(root, path), hash.digest('hex')] as const;
  });
  return Object.fromEntries(await Promise.all(hashes));
}

/** Every background is of one colour, so the composite says which it was: αF + (1 − α)B holds with it at every pixel. */
async function checkComposite(output: string, foregrounds: string, name: string): Promise<void> {
  const read = (path: string): Promise<Buffer> => sharp(path).raw().toBuffer();
  const image = await read(join(output, 'image', name));
  const foreground = await read(join(foregrounds, name.replace(/_\d\.png$/, '.png')));
  const alpha = await sharp(join(output, 'alpha', name))
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  const trimap = await sharp(join(output, 'trimap', name))
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  const clear = alpha.indexOf(0);
  const wrong = { alpha: 0, image: 0, trimap: 0 };
  for (let i = 0; i < alpha.length; i++) {
    const pha = foreground[4 * i + 3]!;
    if (alpha[i] !== pha) wrong.alpha += 1;
    for (let c = 0; c < 3; c++) {
      const behind = image[3 * clear + c]!;
      const expected = Math.round((pha * foreground[4 * i + c]! + (255 - pha) * behind) / 255);
      if (image[3 * i + c] !== expected) wrong.image += 1;
    }
    if ((trimap[i] === 255 && pha < 250) || (trimap[i] === 0 && pha > 5)) wrong.trimap += 1;
  }
  expect(wrong).toEqual({ alpha: 0, image: 0, trimap: 0 });
  expect(new Set(trimap).has(128)).toBe(true);
}
