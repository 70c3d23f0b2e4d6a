import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { takeFileLock, type Holder } from '../../src/core/file-lock.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matteflow-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A process id beyond the largest that Linux gives out. */
const NOBODY = 2 ** 22 + 1;
const holder = (parts: Partial<Holder>): string =>
  JSON.stringify({ host: hostname(), pid: NOBODY, began: '1', since: '', ...parts });
const busy = ({ pid, host }: Holder): Error => new Error(`busy: ${pid} on ${host}`);

it('is held by one, and given back', async () => {
  const path = join(folder, 'one');
  const release = await takeFileLock(path, busy);
  await expect(takeFileLock(path, busy)).rejects.toThrow(`busy: ${process.pid} on ${hostname()}`);
  await release();
  await (
    await takeFileLock(path, busy)
  )();
  expect(await readdir(folder)).toEqual([]);
});

it('is taken over from a process that has died, and from what was never written whole', async () => {
  const path = join(folder, 'dead');
  for (const text of [holder({}), '', '{"pid":', '7']) {
    await writeFile(path, text);
    const release = await takeFileLock(path, busy);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid });
    await release();
  }
});

it('is left to another machine’s processes', async () => {
  const path = join(folder, 'far');
  await writeFile(path, holder({ host: 'another', pid: 1 }));
  await expect(takeFileLock(path, busy)).rejects.toThrow('busy: 1 on another');
  await rm(path);
});

it('is taken over once, however many try, from a process whose id is another’s by now', async () => {
  const path = join(folder, 'contended');
  for (let round = 0; round < 40; round++) {
    await writeFile(path, holder({ pid: process.pid, began: 'earlier' }));
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => takeFileLock(path, busy)));
    const taken = tries.filter((one) => one.status === 'fulfilled');
    expect(taken).toHaveLength(1);
    await taken[0]!.value();
    expect(await readdir(folder)).toEqual([]);
  }
});

it('is taken over, too, when another died while he took it over', async () => {
  const path = join(folder, 'twice');
  const stale = holder({});
  await writeFile(path, stale);
  const claim = `${path}.${createHash('sha256').update(stale).digest('hex')}`;
  await writeFile(claim, holder({ pid: NOBODY + 1 }));
  await (
    await takeFileLock(path, busy)
  )();
  expect(await readdir(folder)).toEqual([]);
});
