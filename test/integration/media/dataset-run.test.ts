import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { runCli, startCli, type CliEnd } from '../../support/cli.js';
import { temporaryFolder } from '../../support/made-clip.js';
import { clipsOf, journalOf, matteHashes, resultsOf, writeManifest } from '../../support/made-dataset.js';
import { childrenOf, within } from '../../support/processes.js';

const LONG = 200;

const FLAGS = ['--model', 'trimap', '--backoff', '0.1', '--json'];

function run(manifest: string, output: string, ...more: string[]): Promise<CliEnd> {
  return runCli(['dataset', 'run', manifest, '-o', output, ...FLAGS, ...more]);
}

describe('dataset run', () => {
  it('redoes nothing that is finished, and what has changed; says how all stands', async () => {
    const [root, output] = [await temporaryFolder(), await temporaryFolder()];
    const [other] = await clipsOf(root, 1);
    const lines = [{ name: 'judged', input: 'clip.mkv', trimaps: 'trimap', truth: 'alpha' }, other!];
    const manifest = await writeManifest(root, lines);
    expect(JSON.parse((await run(manifest, output, '--workers', '2')).stdout)).toMatchObject({
      done: 2,
      kept: 0,
    });
    const before = await matteHashes(output);
    const [judged] = (await resultsOf(output)).filter(({ name }) => name === 'judged');
    expect(judged).toMatchObject({
      state: 'done',
      frames: 9,
      model: 'trimap',
      versions: { matteflow: '0.1.0' },
    });
    expect((judged?.metrics as { sad: number }).sad).toBeGreaterThan(0);

    expect(JSON.parse((await run(manifest, output)).stdout)).toMatchObject({ done: 2, kept: 2 });
    expect(await matteHashes(output)).toEqual(before);

    // A crash between output and record: what is there is counted and recorded, not made again.
    const records = join(output, 'records');
    const [record] = (await readdir(records)).filter((name) => name.startsWith('clip-'));
    await rm(join(records, record!));
    expect(JSON.parse((await run(manifest, output)).stdout)).toMatchObject({ done: 2, kept: 1 });
    expect(await matteHashes(output)).toEqual(before);
    const adopted = JSON.parse(await readFile(join(records, record!), 'utf8')) as Record<string, unknown>;
    expect(adopted).toMatchObject({ frames: 2, sha256: before[record!.replace('.json', '.mov')] });
    expect(adopted.seconds).toBeUndefined();

    // Painted anew: both clips see it.
    await sharp({ create: { width: 64, height: 48, channels: 3, background: '#808080' } })
      .toColourspace('b-w')
      .png()
      .toFile(join(root, 'changed.png'));
    await writeFile(join(root, 'trimap', '0000.png'), await readFile(join(root, 'changed.png')));
    expect(JSON.parse((await run(manifest, output)).stdout)).toMatchObject({ done: 2, kept: 0 });
    expect(JSON.parse((await run(manifest, output, '--format', 'png')).stdout)).toMatchObject({ kept: 0 });
    expect(await readdir(join(output, 'records'))).toHaveLength(6);

    const page = join(output, 'status.html');
    const status = await runCli(['dataset', 'status', output, '--html', page, '--json']);
    expect(JSON.parse(status.stdout)).toMatchObject({
      clips: 2,
      known: [{ state: 'done' }, { state: 'done' }],
    });
    const html = await readFile(page, 'utf8');
    expect(html.match(/data:image\/webp/g)).toHaveLength(2);
  });

  it('finishes what is under way when interrupted, and goes on when run again', async () => {
    const [root, output, whole] = [await temporaryFolder(), await temporaryFolder(), await temporaryFolder()];
    const manifest = await writeManifest(root, await clipsOf(root, 4));
    const interrupted = startCli(['dataset', 'run', manifest, '-o', output, ...FLAGS]);
    const records = async (): Promise<number> => (await readdir(join(output, 'records'))).length;
    const started = async (): Promise<boolean> =>
      (await journalOf(output).catch(() => [])).some(({ event }) => event === 'started');
    expect(await within(LONG, started)).toBe(true);
    // Held still, so that it is at work however long the other takes to start.
    interrupted.child.kill('SIGSTOP');
    const other = await run(manifest, output);
    expect(other.code).toBe(1);
    expect(JSON.parse(other.stdout)).toMatchObject({ error: { code: 'OUTPUT_EXISTS' } });

    interrupted.child.kill('SIGINT');
    interrupted.child.kill('SIGCONT');
    expect((await interrupted.ended).code).toBe(130);
    const done = await records();
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(4);
    expect((await readdir(join(output, 'mattes'))).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(JSON.parse((await run(manifest, output)).stdout)).toMatchObject({ done: 4, kept: done });
    await run(manifest, whole, '--workers', '2');
    expect(await matteHashes(output)).toEqual(await matteHashes(whole));
  });

  it('counts a process that died as an attempt, and tries again', async () => {
    const [root, output] = [await temporaryFolder(), await temporaryFolder()];
    const manifest = await writeManifest(root, await clipsOf(root, 1));
    const running = startCli(['dataset', 'run', manifest, '-o', output, ...FLAGS]);
    let clip: number | undefined;
    expect(
      await within(LONG, async () => (clip = (await childrenOf(running.child.pid!))[0]) !== undefined),
    ).toBe(true);
    process.kill(clip!, 'SIGKILL');
    const { code, stderr } = await running.ended;
    expect(code).toBe(0);
    expect(stderr).toContain('SIGKILL');
    expect((await journalOf(output)).map(({ event }) => event)).toEqual([
      ...['run', 'planned', 'started', 'failed', 'started', 'done'],
    ]);
  });

  it('refuses a manifest that leads out of its root before anything is done', async () => {
    const root = await temporaryFolder();
    const manifest = await writeManifest(root, [{ input: '../../etc/passwd', trimaps: 'trimap' }]);
    const { code, stderr } = await run(manifest, join(root, 'out'));
    expect(code).toBe(2);
    expect(stderr).toContain('line 1');
    expect(await readdir(root)).toEqual(['clips.jsonl']);
  });
});
