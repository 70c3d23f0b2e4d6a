import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { contentOf, journalledShot } from '../../support/journalled-shot.js';
import { temporaryFolder } from '../../support/made-clip.js';

/** Disks of a size can be made by root alone. */
const canMount = process.platform === 'linux' && process.getuid?.() === 0;

async function smallDisk(size: string): Promise<{ folder: string; grow: (to: string) => void } | undefined> {
  const folder = await temporaryFolder();
  const mount = (options: string): boolean =>
    spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status === 0;
  if (!mount(`size=${size}`)) return undefined;
  onTestFinished(() => void execFileSync('umount', [folder]));
  return { folder, grow: (to) => void mount(`remount,size=${to}`) };
}

describe.skipIf(!canMount)('a disk that is full', () => {
  it('pauses a long run, which goes on when there is room and makes the same file', async ({ skip }) => {
    const shot = await journalledShot();
    const whole = join(shot.folder, 'whole.mov');
    await shot.matte({ output: whole });
    const disk = await smallDisk('200k');
    if (!disk) return skip('no tmpfs can be mounted here');
    const notices: string[] = [];
    const onNotice = (notice: string): void => {
      notices.push(notice);
      if (notice.includes('has paused')) disk.grow('16m');
    };
    const output = join(disk.folder, 'out.mov');
    expect(await shot.matte({ output, onNotice })).toMatchObject({ frames: 45, kept: 0 });
    expect(notices.map((notice) => notice.replace(/[\d.]+ MB/, 'N MB'))).toEqual([
      `The disk of ${output}.journal is full: the run has paused. What is finished is kept. It goes on by itself once` +
        ' N MB are free; or stop it, make room, and run it again with --resume.',
      'There is room again: the run goes on.',
    ]);
    expect(await contentOf(output)).toEqual(await contentOf(whole));
  });

  it('ends a run in one go, which says why', async ({ skip }) => {
    const disk = await smallDisk('100k');
    if (!disk) return skip('no tmpfs can be mounted here');
    const shot = await journalledShot();
    const run = shot.matte({ output: join(disk.folder, 'out.mov'), segment: 0 });
    await expect(run).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect((await contentOf(disk.folder)).size).toBe(0);
  });
});
