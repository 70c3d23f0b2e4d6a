import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startCli } from '../../support/cli.js';
import { smallClip, temporaryFolder } from '../../support/made-clip.js';
import { ffmpegProcesses, within } from '../../support/processes.js';

/** Starts a run too long to finish by itself, and waits until it is encoding. */
async function runningMatte(): Promise<{ run: ReturnType<typeof startCli>; folder: string; out: string }> {
  const folder = await temporaryFolder();
  const out = await temporaryFolder();
  const clip = await smallClip(folder, {
    width: 640,
    height: 360,
    frames: 40,
    keyframes: [...Array(40).keys()],
  });
  const run = startCli(['matte', clip.input, '--trimaps', clip.trimapFolder, '-o', join(out, 'out.mov')]);
  let stderr = '';
  run.child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  expect(await within(60, () => Promise.resolve(/matte: [1-9]/.test(stderr)))).toBe(true);
  expect((await ffmpegProcesses(out)).length + (await ffmpegProcesses(folder)).length).toBeGreaterThan(0);
  return { run, folder, out };
}

const noneLeft = (...folders: string[]) =>
  within(2, async () => (await Promise.all(folders.map(ffmpegProcesses))).flat().length === 0);

describe('a run that is stopped', () => {
  it('by Ctrl-C ends with 130, leaves no ffmpeg and no file', async () => {
    const { run, folder, out } = await runningMatte();
    run.child.kill('SIGINT');
    expect((await run.ended).code).toBe(130);
    expect(await noneLeft(folder, out)).toBe(true);
    expect(await readdir(out)).toEqual([]);
  });

  it('by kill -9 leaves no ffmpeg and nothing under the final name', async () => {
    const { run, folder, out } = await runningMatte();
    run.child.kill('SIGKILL');
    await run.ended;
    expect(await noneLeft(folder, out)).toBe(true);
    expect(await readdir(out)).not.toContain('out.mov');
  });
});

describe('a run whose messages nobody reads any more', () => {
  it('goes on to its end', async () => {
    const folder = await temporaryFolder();
    const clip = await smallClip(folder, { width: 64, height: 48, frames: 12, keyframes: [0, 11] });
    const run = startCli([
      'matte',
      clip.input,
      '--trimaps',
      clip.trimapFolder,
      '-o',
      join(folder, 'out.mov'),
    ]);
    run.child.stdout?.destroy();
    run.child.stderr?.destroy();
    expect((await run.ended).code).toBe(0);
    expect(await readdir(folder)).toContain('out.mov');
  });
});
