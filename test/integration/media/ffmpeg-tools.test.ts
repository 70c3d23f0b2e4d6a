import { chmod, copyFile, readdir, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { carriedBinary, runnable } from '../../../src/ffmpeg/carried.js';
import { everyFrameOnce, findFfmpeg, requireFeature } from '../../../src/ffmpeg/tools.js';
import { ffmpegTools, never, temporary } from '../../support/lavfi.js';

const carried = await carriedBinary('ffmpeg');

describe('findFfmpeg', () => {
  it('finds the one on PATH, and what it lacks', async () => {
    const found = await ffmpegTools();
    expect(found).toMatchObject({ ffmpeg: 'ffmpeg', ffprobe: 'ffprobe', origin: 'path' });
    expect(found.version).toMatch(/\d/);
    expect(found.lacks).not.toContain('png');
  });

  it('refuses a given path rather than taking another', async () => {
    await expect(findFfmpeg({ ffmpegPath: '/nowhere/ffmpeg' })).rejects.toMatchObject({
      code: 'TOOL_MISSING',
      parts: { subject: '/nowhere/ffmpeg' },
    });
    await expect(findFfmpeg({ ffprobePath: process.execPath })).rejects.toMatchObject({
      code: 'TOOL_MISSING',
    });
  });

  it('stops when the signal fires', async () => {
    await expect(findFfmpeg({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(ffmpegTools()).resolves.toBeTruthy();
    expect(never().aborted).toBe(false);
  });

  it.skipIf(carried === undefined)(
    'knows what the build carried by npm lacks (needs the optional package)',
    async () => {
      const old = await findFfmpeg({ ffmpegPath: carried! });
      expect(old.origin).toBe('given');
      expect([...old.lacks].sort()).toEqual(['autoscale', 'exr', 'fps_mode', 'movie_timescale']);
      expect(everyFrameOnce(old)).toEqual(['-vsync', 'passthrough']);
      expect(() => requireFeature(old, 'prores_ks')).not.toThrow();
      expect(() => requireFeature(old, 'exr')).toThrow(/OpenEXR.*N-47683.*ffmpeg 5\.1/);
    },
  );
});

describe('the binaries carried by npm', () => {
  const installer = createRequire(import.meta.url).resolve('@ffmpeg-installer/ffmpeg');

  it('come as paths that run', async () => {
    expect(installer).toContain('ffmpeg-installer');
    for (const tool of ['ffmpeg', 'ffprobe'] as const) {
      const path = await carriedBinary(tool);
      expect((await stat(path!)).mode & 0o100).toBe(0o100);
    }
  });

  it('get their execute bit back', async () => {
    const path = join(await temporary(), 'tool');
    await writeFile(path, '#!/bin/sh\n', { mode: 0o644 });
    expect(await runnable(path, '1')).toBe(path);
    expect((await stat(path)).mode & 0o111).toBe(0o111);
  });

  it.skipIf(userInfo().uid === 0)(
    'are copied where the file cannot be changed (not as root, who may)',
    async () => {
      const folder = await temporary();
      const path = join(folder, 'tool');
      await copyFile('/bin/true', path);
      await chmod(path, 0o444);
      const version = `test ${folder}`;
      const copy = await runnable(path, version);
      expect(copy).toContain(join(tmpdir(), `matteflow-tools-${userInfo().uid}`));
      expect(await runnable(path, version)).toBe(copy);
      expect((await readdir(join(copy!, '..'))).filter((name) => name.includes('test_'))).toHaveLength(1);
    },
  );
});
