import { readdir } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { matteFrames } from '../../../src/pipeline/matte-video.js';
import { smallClip, temporaryFolder } from '../../support/made-clip.js';
import { ffmpegProcesses } from '../../support/processes.js';

const SIZE = { width: 96, height: 64, frames: 6 };

describe('matteFrames', () => {
  it('shows every frame, one at a time, and writes nothing', async () => {
    const folder = await temporaryFolder();
    const clip = await smallClip(folder, { ...SIZE, keyframes: [0, 5] });
    const seen: number[] = [];
    let watching = 0;
    const result = await matteFrames({
      input: clip.input,
      trimaps: clip.trimapFolder,
      model: 'trimap',
      onFrame: async ({ index, planes }) => {
        watching += 1;
        expect(watching).toBe(1);
        const before = planes.alpha.slice();
        await setTimeout(20);
        expect(planes.alpha).toEqual(before);
        seen.push(index);
        watching -= 1;
      },
    });
    expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
    expect(result).toMatchObject({ frames: 6, model: 'trimap' });
    expect(Object.keys(result.stages)).not.toContain('pack');
    expect((await readdir(folder)).sort()).toEqual(['alpha', 'clip.mkv', 'trimap']);
  });

  it('fails with what the watcher fails with, after everything has ended', async () => {
    const folder = await temporaryFolder();
    const clip = await smallClip(folder, { ...SIZE, keyframes: [0, 5] });
    const run = matteFrames({
      input: clip.input,
      trimaps: clip.trimapFolder,
      model: 'trimap',
      onFrame: ({ index }) => (index === 2 ? Promise.reject(new RangeError('enough')) : undefined),
    });
    await expect(run).rejects.toThrow('enough');
    expect(await ffmpegProcesses(folder)).toEqual([]);
  });
});
