import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DatasetFolder } from '../../src/dataset/dataset-folder.js';
import { sweep } from '../../src/dataset/sweep.js';
import { temporaryName, temporaryOwner } from '../../src/output/publish.js';

const HOUR = 3_600_000;
let folder: DatasetFolder;

beforeAll(async () => {
  folder = new DatasetFolder(await mkdtemp(join(tmpdir(), 'matteflow-sweep-')));
  await folder.prepare();
});

afterAll(() => rm(folder.path, { recursive: true }));

/** A temporary file beside `final`, as another process names it. */
async function left(
  final: string,
  how: { pid?: number; elsewhere?: boolean; hours: number },
): Promise<string> {
  const { pid = process.pid, elsewhere = false, hours } = how;
  const name = basename(temporaryName(final)).replace(
    /\.\d+-(.{8})/,
    (_, host: string) => `.${pid}-${elsewhere ? '00000000' : host}`,
  );
  const path = join(dirname(final), name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, 'begun');
  const then = new Date(Date.now() - hours * HOUR);
  await utimes(path, then, then);
  return path;
}

it('removes what crashed attempts have left, and nothing of those that live or may', async () => {
  const dead = spawnSync(process.execPath, ['--version']).pid;
  const matte = join(folder.path, 'mattes', 'dancer.0123456789ab.mov');
  const part = join(folder.parts('walk.0123456789ab'), '0003');
  const finished = folder.parts('swim.0123456789ab');
  await mkdir(join(finished, '0000'), { recursive: true });
  await writeFile(folder.record('swim.0123456789ab'), '{}');
  await writeFile(matte, 'whole');
  const gone = [
    await left(matte, { pid: dead, hours: 1 }),
    await left(matte, { elsewhere: true, hours: 25 }),
    await left(folder.record('dancer.0123456789ab'), { pid: dead, hours: 1 }),
    await left(part, { pid: dead, hours: 1 }),
  ];
  const kept = [
    matte,
    await left(matte, { hours: 1000 }),
    await left(matte, { pid: dead, hours: 0 }),
    await left(matte, { elsewhere: true, hours: 23 }),
  ];
  expect((await sweep(folder)).sort()).toEqual([...gone, finished].sort());
  const names = await readdir(join(folder.path, 'mattes'));
  expect(names.sort()).toEqual(kept.map((path) => basename(path)).sort());
});

it('keeps a folder that is being written in', async () => {
  const dead = spawnSync(process.execPath, ['--version']).pid;
  const final = join(folder.path, 'mattes', 'pictures.0123456789ab');
  const name = basename(temporaryName(final)).replace(/\.\d+-/, `.${dead}-`);
  const path = join(folder.path, 'mattes', name);
  await mkdir(path);
  await writeFile(join(path, '0000.png'), '');
  const then = new Date(Date.now() - HOUR);
  await utimes(path, then, then);
  expect(await sweep(folder)).toEqual([]);
  await utimes(join(path, '0000.png'), then, then);
  expect(await sweep(folder)).toEqual([path]);
});

it('knows its own temporary names and no others', () => {
  for (const final of ['/a/b.mov', '/a/b', '/a/b.1-2.part', '/a/.hidden.mkv']) {
    expect(temporaryOwner(basename(temporaryName(final)))).toEqual({ here: true, pid: process.pid });
  }
  for (const name of ['b.mov', '.b.mov', '.b.12.part', 'b.12-0123456789abcdef.part.mov']) {
    expect(temporaryOwner(name)).toBeUndefined();
  }
});
