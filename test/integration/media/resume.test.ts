import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startCli, type CliEnd } from '../../support/cli.js';
import {
  finishedSegments,
  journalledShot,
  until,
  type JournalledShot,
} from '../../support/journalled-shot.js';

/** The full count takes minutes: MATTEFLOW_LONG asks for it. */
const RUN = process.env.MATTEFLOW_LONG
  ? { frames: 600, segment: 40, kills: 10, timeout: 1_800_000 }
  : { frames: 120, segment: 20, kills: 3, timeout: 300_000 };

/** The command line of the same run. */
function commandOf({ input, trimaps, out }: JournalledShot, segment: number): string[] {
  const settings = ['--model', 'guided-filter', '--segment', String(segment)];
  return ['matte', input, '--trimaps', trimaps, ...settings, '-o', out, '--json'];
}

/** Bytes in a folder and the folders in it; 0 where there is none. */
async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = names.map((name) =>
    stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** What is in a folder; nothing where there is none. */
function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** Runs a command line and kills it as soon as `due` says so. @returns its end, if it came to that before */
async function killWhen(args: readonly string[], due: () => Promise<boolean>): Promise<CliEnd | undefined> {
  const run = startCli(args);
  let over = false;
  void run.ended.then(() => (over = true));
  await until(async () => over || (await due()));
  run.child.kill('SIGKILL');
  const end = await run.ended;
  return end.code === null ? undefined : end;
}

describe('a run that is killed', () => {
  it(
    `${RUN.kills} times, anywhere, and resumed each time, makes the same file`,
    async () => {
      const shot = await journalledShot(RUN.frames);
      await shot.matte({ output: join(shot.folder, 'whole.mov'), segment: RUN.segment });
      const whole = await readFile(join(shot.folder, 'whole.mov'));
      const args = [...commandOf(shot, RUN.segment), '--resume'];
      for (let killed = 0; killed < RUN.kills; killed++) {
        // In a segment, between two, or while one is being finished: by what has been written, not by the time.
        const enough = ((killed + 0.2 + 0.8 * Math.random()) * whole.length) / (RUN.kills + 1);
        expect(await killWhen(args, async () => (await bytesIn(shot.journal)) > enough)).toBeUndefined();
      }
      const kept = RUN.segment * (await finishedSegments(shot.journal));
      const end = await startCli(args).ended;
      expect(JSON.parse(end.stdout)).toMatchObject({ frames: RUN.frames, kept });
      expect(kept).toBeGreaterThan(0);
      expect(whole.equals(await readFile(shot.out))).toBe(true);
      expect((await readdir(shot.folder)).sort()).toEqual(['out.mov', 'shot.mov', 'trimaps', 'whole.mov']);
    },
    RUN.timeout,
  );

  it('while its segments are joined can be resumed too', async () => {
    const shot = await journalledShot(40);
    await shot.matte({ output: join(shot.folder, 'whole.mov') });
    const args = commandOf(shot, 10);
    const ended = await killWhen(
      args,
      async () =>
        (await namesIn(shot.folder)).includes('out.mov') ||
        (await namesIn(shot.journal)).includes('segments.ffconcat'),
    );
    if (!ended) expect((await startCli([...args, '--resume']).ended).code).toBe(0);
    expect((await readFile(join(shot.folder, 'whole.mov'))).equals(await readFile(shot.out))).toBe(true);
    expect(await readdir(shot.folder)).not.toContain('out.mov.journal');
  });

  it('keeps others from its output while it runs, and no longer', async () => {
    const shot = await journalledShot(400);
    const first = startCli(commandOf(shot, 10));
    await until(async () => (await finishedSegments(shot.journal)) > 0);
    // Stopped, it cannot finish meanwhile.
    first.child.kill('SIGSTOP');
    await expect(shot.matte({ resume: true })).rejects.toMatchObject({
      code: 'OUTPUT_BUSY',
      parts: { seen: expect.stringContaining(`process ${first.child.pid}`) as string },
    });
    first.child.kill('SIGKILL');
    await first.ended;
    const stop = new AbortController();
    const third = shot.matte({ resume: true, signal: stop.signal, onFrame: () => stop.abort() });
    await expect(third).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await readdir(shot.journal)).not.toContain('lock');
  });
});
