import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readEntry } from '../../../src/dataset/clip-entry.js';
import type { ClipJob } from '../../../src/dataset/clip-job.js';
import { locateClip, stemOf } from '../../../src/dataset/clip-key.js';
import { DatasetFolder } from '../../../src/dataset/dataset-folder.js';
import { HashCache } from '../../../src/dataset/hash-cache.js';
import { matteClip } from '../../../src/dataset/matte-clip.js';
import { runCli, startCli, type CliRun } from '../../support/cli.js';
import { temporaryFolder } from '../../support/made-clip.js';
import { journalOf, matteHashes, resultsOf, writeManifest } from '../../support/made-dataset.js';
import { madeShot } from '../../support/made-shot.js';
import { childrenOf, within } from '../../support/processes.js';
import { HAS_REDIS, TestRedis } from '../../support/redis.js';

/** Two parts of a hundred frames and one of one. */
const FRAMES = 201;
/** Seconds that conditions may take on a machine that does much else. */
const LONG = 200;
const CLIP = { input: 'shot.mov', trimaps: 'trimaps', options: { model: 'trimap' } };
const IN_PARTS = ['--backoff', '0.1', '--json', '--segment-frames', '100'];

/** A clip with a trimap for every frame, and what its files are called. */
async function longClip(): Promise<{ root: string; manifest: string; stem: string; job: ClipJob }> {
  const root = await temporaryFolder();
  const { trimaps } = await madeShot(root, FRAMES);
  for (let frame = 1; frame < FRAMES - 1; frame++) {
    await copyFile(join(trimaps, '0000.png'), join(trimaps, `${String(frame).padStart(4, '0')}.png`));
  }
  const entry = readEntry({ name: 'shot', ...CLIP }, 'test');
  const { key } = await locateClip(root, entry, await HashCache.open());
  return {
    root,
    manifest: await writeManifest(root, [CLIP]),
    stem: stemOf('shot', key),
    job: { entry, key },
  };
}

/** The bytes of the clip when it is made whole. */
async function hashesWhole(root: string, job: ClipJob): Promise<Record<string, string>> {
  const output = await temporaryFolder();
  await new DatasetFolder(output).prepare();
  const { signal } = new AbortController();
  const hashes = await HashCache.open();
  await matteClip(job, { root, output }, { signal, hashes, onProgress: () => undefined });
  return matteHashes(output);
}

function startWorker(redis: TestRedis, root: string, output: string): CliRun {
  const places = ['--queue', redis.url, '--root', root, '-o', output];
  const worker = startCli(['dataset', 'worker', ...places, '--lock', '2', '--json']);
  onTestFinished(() => void worker.child.kill('SIGKILL'));
  return worker;
}

/** Parts that are finished, and those that are being made, by the processes that make them. */
async function partsIn(output: string, stem: string): Promise<string[]> {
  return readdir(join(output, 'parts', stem)).catch(() => []);
}

describe.skipIf(!HAS_REDIS)('a long clip in parts', () => {
  it('has the bytes of one made whole, its parts made side by side', async () => {
    const [{ root, manifest, stem, job }, output] = [await longClip(), await temporaryFolder()];
    const run = await runCli(['dataset', 'run', manifest, '-o', output, ...IN_PARTS, '--workers', '2']);
    expect(JSON.parse(run.stdout)).toMatchObject({ clips: 1, done: 1 });
    const started = (await journalOf(output)).filter(({ event }) => event === 'started');
    expect(started.map(({ part }) => part).sort()).toEqual([0, 1, 2, undefined]);
    expect((await resultsOf(output))[0]).toMatchObject({ state: 'done', frames: FRAMES });
    expect(await readdir(join(output, 'thumbnails'))).toEqual([`${stem}.webp`]);
    expect(await partsIn(output, stem)).toEqual([]);
    expect(await matteHashes(output)).toEqual(await hashesWhole(root, job));
  });

  it('has them over a queue of which a worker is killed', async () => {
    const [{ root, manifest, stem, job }, output] = [await longClip(), await temporaryFolder()];
    const redis = await TestRedis.start();
    const killed = startWorker(redis, root, output);
    const run = ['dataset', 'run', manifest, '-o', output, ...IN_PARTS, '--queue', redis.url];
    const producer = startCli(run);
    onTestFinished(() => void producer.child.kill('SIGKILL'));
    const atWork = async (): Promise<boolean> => {
      const [clip] = await childrenOf(killed.child.pid!);
      return (await partsIn(output, stem)).some((name) => name.includes(`.${clip}-`));
    };
    expect(await within(LONG, atWork)).toBe(true);
    killed.child.kill('SIGKILL');
    startWorker(redis, root, output);
    expect(JSON.parse((await producer.ended).stdout)).toMatchObject({ done: 1, dead: 0 });
    expect(await matteHashes(output)).toEqual(await hashesWhole(root, job));
  });

  it.each(['here', 'queued'])(
    'fails with the error of a part, and is tried again in that part alone: %s',
    async (how) => {
      const [{ root, manifest, stem }, output] = [await longClip(), await temporaryFolder()];
      const over: string[] = [];
      if (how === 'queued') {
        const redis = await TestRedis.start();
        over.push('--queue', redis.url);
        startWorker(redis, root, output);
      }
      const run = ['dataset', 'run', manifest, '-o', output, ...IN_PARTS, '--attempts', '2', ...over];
      // A file where the second part's folder should be.
      const parts = join(output, 'parts', stem);
      await mkdir(parts, { recursive: true });
      await writeFile(join(parts, '0001'), '');
      const first = await runCli(run);
      expect(first.code).toBe(1);
      const [dead] = await resultsOf(output);
      expect(dead).toMatchObject({ state: 'dead', attempts: 2 });
      expect((dead?.error as { message: string }).message).toContain('0001');

      expect(await within(LONG, async () => (await partsIn(output, stem)).includes('0000'))).toBe(true);
      await rm(join(parts, '0001'));
      const kept = join(parts, '0000', 'part.json');
      const record = JSON.parse(await readFile(kept, 'utf8')) as object;
      await writeFile(kept, JSON.stringify({ ...record, device: 'before' }));
      const again = await runCli([...run, '--retry-failed']);
      expect(JSON.parse(again.stdout)).toMatchObject({ done: 1, dead: 0 });
      expect((await resultsOf(output))[0]).toMatchObject({
        state: 'done',
        frames: FRAMES,
        device: 'before',
      });
    },
  );
});
