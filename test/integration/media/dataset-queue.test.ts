import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli, startCli, type CliRun } from '../../support/cli.js';
import { temporaryFolder } from '../../support/made-clip.js';
import { clipsOf, journalOf, matteHashes, resultsOf, writeManifest } from '../../support/made-dataset.js';
import { childrenOf, within } from '../../support/processes.js';
import { HAS_REDIS, TestRedis } from '../../support/redis.js';

const CLIPS = 24;
/** Seconds that conditions may take on a machine that does much else. */
const LONG = 200;

/** A worker that is killed with the running test, if it still lives. */
function startWorker(redis: TestRedis, root: string, output: string): CliRun {
  const places = ['--queue', redis.url, '--root', root, '-o', output];
  const worker = startCli(['dataset', 'worker', ...places, '--lock', '2', '--json']);
  onTestFinished(() => void worker.child.kill('SIGKILL'));
  return worker;
}

/** What a command had to say, should it end in time. */
function endOf(run: CliRun, who: string): CliRun['ended'] {
  const late = setTimeout(1000 * LONG, undefined, { ref: false }).then(() => {
    throw new Error(`${who} goes on and on`);
  });
  return Promise.race([run.ended, late]);
}

async function end(
  worker: CliRun,
  who: string,
): Promise<{ code: number | null; done: number; lost: number }> {
  worker.child.kill('SIGTERM');
  const { code, stdout } = await endOf(worker, who);
  return { code, ...(JSON.parse(stdout) as { done: number; lost: number }) };
}

/** The clip process of a worker, once it is writing an output. */
async function atWork({ child }: CliRun, output: string): Promise<number> {
  let found: number | undefined;
  const writing = async (): Promise<boolean> => {
    const names = await readdir(join(output, 'mattes')).catch(() => []);
    const clips = await childrenOf(child.pid!);
    found = clips.find((pid) => names.some((name) => name.includes(`.${pid}-`)));
    return found !== undefined;
  };
  expect(await within(LONG, writing)).toBe(true);
  return found!;
}

async function recorded(output: string): Promise<number> {
  return (await readdir(join(output, 'records')).catch(() => [])).length;
}

describe.skipIf(!HAS_REDIS)('dataset run --queue', () => {
  // Longer than the longest of its waits, so that it tells which of them it was.
  it(
    'publishes every clip once, as on one machine, though workers die, freeze, and Redis is killed',
    { timeout: 900_000 },
    async () => {
      const [root, alone, output] = [
        await temporaryFolder(),
        await temporaryFolder(),
        await temporaryFolder(),
      ];
      const manifest = await writeManifest(root, await clipsOf(root, CLIPS));
      const run = ['dataset', 'run', manifest, '--model', 'trimap', '--backoff', '0.2'];
      expect((await runCli([...run, '-o', alone, '--workers', '2'])).code).toBe(0);

      const redis = await TestRedis.start();
      const producer = startCli([...run, '-o', output, '--queue', redis.url, '--json']);
      onTestFinished(() => void producer.child.kill('SIGKILL'));
      const [killed, frozen, steady] = [1, 2, 3].map(() => startWorker(redis, root, output)) as [
        CliRun,
        CliRun,
        CliRun,
      ];

      await atWork(killed, output);
      killed.child.kill('SIGKILL');
      const clip = await freeze(frozen, output);
      const before = await recorded(output);
      expect(await within(LONG, async () => (await recorded(output)) > before)).toBe(true);
      await redis.kill();
      await redis.resume();

      // The frozen worker's clip is among them: the steady one has taken it.
      expect(await within(LONG, async () => (await recorded(output)) === CLIPS)).toBe(true);
      const ended = await endOf(producer, 'the run');
      expect(JSON.parse(ended.stdout)).toMatchObject({ clips: CLIPS, done: CLIPS, dead: 0 });
      for (const pid of [clip, frozen.child.pid!]) process.kill(pid, 'SIGCONT');
      expect(await end(frozen, 'the worker that was frozen')).toMatchObject({ code: 0 });
      expect((await end(steady, 'the worker')).done).toBeGreaterThan(0);

      expect(await matteHashes(output)).toEqual(await matteHashes(alone));
      expect(await recorded(output)).toBe(CLIPS);
    },
  );

  it('lets a worker go that is told to stop while Redis is away', async () => {
    const root = await temporaryFolder();
    const redis = await TestRedis.start();
    const manifest = await writeManifest(root, await clipsOf(root, 1));
    const worker = startWorker(redis, root, root);
    // It is at home with the queue: it has matted a clip.
    const run = ['dataset', 'run', manifest, '-o', root, '--queue', redis.url, '--model', 'trimap'];
    expect((await runCli(run)).code).toBe(0);
    await redis.kill();
    // Long enough for its connections to be between two attempts.
    await setTimeout(3000);
    expect(await end(worker, 'the worker')).toEqual(expect.objectContaining({ code: 0, done: 1 }));
  });

  it('puts a clip that cannot be matted into the dead letters, goes on, and tries it again when asked', async () => {
    const [root, output] = [await temporaryFolder(), await temporaryFolder()];
    const poison = { name: 'poison', input: 'poison.mkv', trimaps: 'trimap' };
    const manifest = await writeManifest(root, [poison, ...(await clipsOf(root, 2))]);
    await writeFile(join(root, 'poison.mkv'), 'no film at all');
    const redis = await TestRedis.start({ persistent: false });
    const worker = startWorker(redis, root, output);
    const run = ['dataset', 'run', manifest, '-o', output, '--queue', redis.url, '--model', 'trimap'];
    const flags = ['--attempts', '2', '--backoff', '0.1', '--json'];

    const first = await runCli([...run, ...flags]);
    expect(first.code).toBe(1);
    expect(first.stderr).toContain('--appendonly yes');
    expect(JSON.parse(first.stdout)).toMatchObject({ done: 2, dead: 1 });
    const dead = (await resultsOf(output)).find(({ name }) => name === 'poison');
    expect(dead).toMatchObject({ state: 'dead', attempts: 2 });
    expect((dead?.error as { message: string }).message).toContain('poison.mkv');

    const again = await runCli([...run, ...flags]);
    expect(JSON.parse(again.stdout)).toMatchObject({ done: 2, kept: 2, dead: 1 });
    const asked = await runCli([...run, ...flags, '--retry-failed']);
    expect(JSON.parse(asked.stdout)).toMatchObject({ done: 2, kept: 2, dead: 1 });
    const tried = (await journalOf(output)).filter(
      ({ event, name }) => event === 'queued' && name === 'poison',
    );
    expect(tried).toHaveLength(2);
    expect(await end(worker, 'the worker')).toMatchObject({ code: 0, done: 2, failed: 4 });
  });
});

/** Stops a worker and its clip process while an output is being written. */
async function freeze(worker: CliRun, output: string): Promise<number> {
  for (;;) {
    const clip = await atWork(worker, output);
    for (const pid of [worker.child.pid!, clip]) process.kill(pid, 'SIGSTOP');
    const names = await readdir(join(output, 'mattes'));
    if (names.some((name) => name.includes(`.${clip}-`))) return clip;
    // It had just finished.
    for (const pid of [clip, worker.child.pid!]) process.kill(pid, 'SIGCONT');
  }
}
