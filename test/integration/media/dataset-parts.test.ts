import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readEntry } from '../../../src/dataset/clip-entry.js';
import { locateClip, stemOf } from '../../../src/dataset/clip-key.js';
import { HashCache } from '../../../src/dataset/hash-cache.js';
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
const FLAGS = ['--backoff', '0.1', '--json'];
const IN_PARTS = [...FLAGS, '--segment-frames', '100'];

async function longClip(): Promise<{ root: string; manifest: string; stem: string }> {
  const root = await temporaryFolder();
  const { trimaps } = await madeShot(root, FRAMES);
  await copyFile(join(trimaps, '0000.png'), join(trimaps, '0100.png'));
  const { key } = await locateClip(root, readEntry(CLIP, 'test'), await HashCache.open());
  return { root, manifest: await writeManifest(root, [CLIP]), stem: stemOf('shot', key) };
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
  it('has the bytes of one made whole, on one machine and over a queue of which a worker is killed', async () => {
    const [{ root, manifest, stem }, whole] = [await longClip(), await temporaryFolder()];
    expect((await runCli(['dataset', 'run', manifest, '-o', whole, ...FLAGS])).code).toBe(0);
    const expected = await matteHashes(whole);

    const local = await temporaryFolder();
    const run = await runCli(['dataset', 'run', manifest, '-o', local, ...IN_PARTS, '--workers', '2']);
    expect(JSON.parse(run.stdout)).toMatchObject({ clips: 1, done: 1 });
    expect(await matteHashes(local)).toEqual(expected);
    const started = (await journalOf(local)).filter(({ event }) => event === 'started');
    expect(started.map(({ part }) => part).sort()).toEqual([0, 1, 2, undefined]);
    expect((await resultsOf(local))[0]).toMatchObject({ state: 'done', frames: FRAMES });
    expect(await readdir(join(local, 'thumbnails'))).toEqual([`${stem}.webp`]);
    expect(await partsIn(local, stem)).toEqual([]);

    const [redis, queued] = [await TestRedis.start(), await temporaryFolder()];
    const producer = startCli(['dataset', 'run', manifest, '-o', queued, ...IN_PARTS, '--queue', redis.url]);
    onTestFinished(() => void producer.child.kill('SIGKILL'));
    const killed = startWorker(redis, root, queued);
    const atWork = async (): Promise<boolean> => {
      const [clip] = await childrenOf(killed.child.pid!);
      return (await partsIn(queued, stem)).some((name) => name.includes(`.${clip}-`));
    };
    expect(await within(LONG, atWork)).toBe(true);
    killed.child.kill('SIGKILL');
    startWorker(redis, root, queued);
    expect(JSON.parse((await producer.ended).stdout)).toMatchObject({ done: 1, dead: 0 });
    expect(await matteHashes(queued)).toEqual(expected);
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
