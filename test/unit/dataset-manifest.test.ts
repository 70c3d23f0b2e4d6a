import { mkdir, mkdtemp, realpath, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEntry } from '../../src/dataset/clip-entry.js';
import { locateClip } from '../../src/dataset/clip-key.js';
import { containedPath } from '../../src/dataset/contained-path.js';
import { containedHash } from '../../src/dataset/contained-hash.js';
import { HashCache } from '../../src/dataset/hash-cache.js';
import { readManifest } from '../../src/dataset/manifest.js';

let folder: string;
let root: string;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'matteflow-manifest-')));
  root = join(folder, 'root');
  for (const part of ['root/keys', 'root/shots', 'outside'])
    await mkdir(join(folder, part), { recursive: true });
  for (const file of ['root/a.mov', 'root/keys/0000.png', 'outside/secret.png', 'root/shots/shot.0001.png']) {
    await writeFile(join(folder, file), file);
  }
  await symlink(join(folder, 'outside'), join(root, 'link'));
});

afterAll(() => rm(folder, { recursive: true }));

async function manifest(text: string): Promise<ReturnType<typeof readManifest>> {
  const path = join(folder, 'clips.jsonl');
  await writeFile(path, text);
  return readManifest(path);
}

describe('readManifest', () => {
  it('reads a clip a line, names it after its input, and sorts by priority', async () => {
    const clips = await manifest(
      '{"input":"a.mov","trimaps":"keys","priority":2}\n\n' +
        '{"name":"b","input":"b.mov","trimaps":"keys","range":[3,9],"options":{"model":"trimap","tile":"frame"}}\n',
    );
    expect(clips).toEqual([
      {
        ...{ name: 'b', input: 'b.mov', trimaps: 'keys', range: [3, 9], priority: 0 },
        options: { model: 'trimap', tile: 'frame' },
      },
      { name: 'a', input: 'a.mov', trimaps: 'keys', priority: 2, options: {} },
    ]);
  });

  it.each([
    ['{"input":"a.mov"', 'line 1: the line is not JSON'],
    ['\n[]', 'line 2: "the line" is of the wrong kind'],
    ['{"input":"a.mov","trimaps":"k","colour":1}', 'line 1: there is no field "colour"'],
    ['{"input":"a.mov","trimaps":"k","options":{"prior":"half"}}', '"options.prior" is of the wrong kind'],
    ['{"input":"a.mov","trimaps":"k","range":[9,3]}', '"range"'],
    ['{"input":"a.mov","trimaps":7}', '"trimaps"'],
    ['{"name":"../x","input":"a.mov","trimaps":"k"}', 'cannot be that of a file'],
    ['{"name":"-x","input":"a.mov","trimaps":"k"}', 'cannot be that of a file'],
    [
      '{"input":"a.mov","trimaps":"k"}\n{"input":"A.mp4","trimaps":"k"}',
      'line 2: two clips have the same name',
    ],
    ['{"input":"a.mov","trimaps":"k","truth":"t","range":[0,1]}', 'scored as a whole'],
    ['{"input":"a.mov"}', 'trimaps are needed'],
    ['{"input":"a.mov","masks":"m","plate":"p"}', '"masks" and "plate"'],
    ['{"input":"a.mov","trimaps":"k","erode":3}', 'painted trimaps are taken as they are'],
    ['{"input":"a.mov","masks":"m","erode":3.5}', '"erode" is of the wrong kind'],
    ['{"input":"a.mov","masks":"m","truth":"t"}', '"truth" without "trimaps"'],
    ['{"input":"a.mov","masks":"../m"}', '"masks" is no path'],
    ['{"input":"a.mov","trimaps":"k","garbage":"-i"}', '"garbage" is no path'],
    ['{"input":"a.mov","trimaps":"k","segmentFrames":150}', 'a multiple of 100, such as 200'],
    ['\n', 'names no clips'],
  ])('refuses %s', async (text, message) => {
    await expect(manifest(text)).rejects.toThrow(message);
  });
});

describe('paths of unknown origin', () => {
  it.each([
    '../a.mov',
    'x/../../a.mov',
    '-i',
    'concat:a|b',
    'http://host/a.mov',
    'file:a',
    'a\nb',
    'a\0',
    '',
    '..\\a',
    'subfile,,start,0,end,9,,:/etc/hostname',
    'data:video/mp4;base64,AAAA',
    'a\u009b2Jb',
    'a\u202egpm.exe',
    'a\u2028b',
    'a\ud800',
  ])('refuses %j before anything is opened', (input) => {
    expect(() => readEntry({ name: 'x', input, trimaps: 'keys' }, 'line 1')).toThrow(/line 1: "input"/);
    const options = { model: input };
    expect(() => readEntry({ name: 'x', input: 'a.mov', trimaps: 'keys', options }, 'line 1')).toThrow(
      /"options.model"/,
    );
  });

  it.each(['/etc/hostname', 'link/secret.png', 'link', 'link/shot.%04d.png'])(
    'refuses %s, which leads out of the root',
    async (path) => {
      await expect(containedPath(root, path, 'clip')).rejects.toMatchObject({ code: 'USAGE' });
    },
  );

  it('takes what lies in the root, by absolute paths and patterns too', async () => {
    expect(await containedPath(root, 'a.mov', 'clip')).toBe(join(root, 'a.mov'));
    expect(await containedPath(root, join(root, 'keys'), 'clip')).toBe(join(root, 'keys'));
    expect(await containedPath(root, 'shots/shot.%04d.png', 'clip')).toBe(join(root, 'shots/shot.%04d.png'));
    await expect(containedPath(root, 'none.mov', 'clip')).rejects.toMatchObject({ code: 'INPUT_MISSING' });
  });

  it('refuses a folder with a link to a file outside, and what is no file', async () => {
    await mkdir(join(root, 'trap'));
    await symlink(join(folder, 'outside/secret.png'), join(root, 'trap/0000.png'));
    const entry = readEntry({ input: 'a.mov', trimaps: 'trap', options: { model: 'trimap' } }, 'line 1');
    await expect(locateClip(root, entry, await HashCache.open())).rejects.toMatchObject({ code: 'USAGE' });
    await expect(containedHash('/dev/null', await HashCache.open(), root)).rejects.toMatchObject({
      code: 'INPUT_UNSUPPORTED',
    });
  });
});

describe('a clip’s key', () => {
  it('follows from every source of trimaps and what overrules them', async () => {
    const keyOf = async (line: object): Promise<string> => {
      const entry = readEntry({ input: 'a.mov', options: { model: 'trimap' }, ...line }, 'line 1');
      return (await locateClip(root, entry, await HashCache.open())).key;
    };
    await writeFile(join(root, 'w.safetensors'), 'weights');
    const keys = [
      await keyOf({ trimaps: 'shots' }),
      await keyOf({ masks: 'shots' }),
      await keyOf({ masks: 'shots', erode: 3 }),
      await keyOf({ plate: 'a.mov' }),
      await keyOf({ autoTrimap: 'w.safetensors' }),
      await keyOf({ trimaps: 'shots', garbage: 'a.mov' }),
      await keyOf({ trimaps: 'shots', holdout: 'a.mov' }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(await keyOf({ masks: 'shots', erode: 8, dilate: 8 })).toBe(keys[1]);
    expect(await keyOf({ trimaps: 'shots', segmentFrames: 100 })).toBe(keys[0]);
    for (const line of [
      { masks: 'link' },
      { plate: '/etc/hostname' },
      { trimaps: 'shots', garbage: 'link/x' },
    ]) {
      await expect(keyOf(line)).rejects.toThrow();
    }
  });

  const keyOf = async (more: object = {}): Promise<string> => {
    const entry = readEntry(
      { input: 'a.mov', trimaps: 'keys', options: { model: 'trimap' }, ...more },
      'line 1',
    );
    return (await locateClip(root, entry, await HashCache.open())).key;
  };

  it('follows from contents, options and weights, not from names or defaults that are spelt out', async () => {
    const key = await keyOf();
    expect(await keyOf({ name: 'other', priority: 7 })).toBe(key);
    expect(await keyOf({ options: { model: 'trimap', format: 'prores4444', stages: 2 } })).toBe(key);
    const others = [
      await keyOf({ options: { model: 'guided-filter' } }),
      await keyOf({ options: { model: 'compact' } }),
      await keyOf({ options: { model: 'trimap', format: 'png' } }),
      await keyOf({ range: [0, 1] }),
    ];
    await writeFile(join(root, 'keys/0005.png'), 'painted');
    others.push(await keyOf());
    expect(new Set([key, ...others]).size).toBe(6);
  });
});

describe('HashCache', () => {
  it('remembers files on the disk as long as their size and time are the same, torn lines or not', async () => {
    const [file, cache] = [join(folder, 'data'), join(folder, 'hashes.jsonl')];
    const old = new Date(Date.now() - 60_000);
    const write = async (text: string): Promise<void> => {
      await writeFile(file, text);
      await utimes(file, old, old);
    };
    await write('one');
    const first = await HashCache.open(cache);
    const hash = await first.hash(file);
    await first.save();
    await writeFile(cache, '{"path":"torn', { flag: 'a' });
    // Content of the same size and time: only the cache can still give the old hash.
    await write('two');
    expect(await (await HashCache.open(cache)).hash(file)).toBe(hash);
    expect(await (await HashCache.open()).hash(file)).not.toBe(hash);
    await write('three');
    expect(await (await HashCache.open(cache)).hash(file)).not.toBe(hash);
  });
});
