import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FramePool } from '../../../src/core/frame-pool.js';
import type { Frame } from '../../../src/core/frame.js';
import type { Ffmpeg } from '../../../src/ffmpeg/tools.js';
import { openClip, type Clip } from '../../../src/ingest/clip.js';
import { readFrames } from '../../../src/ingest/read-frames.js';
import { readPictures } from '../../../src/ingest/read-pictures.js';
import { ffmpegTools, makeVideo, never, temporary } from '../../support/lavfi.js';
import { ffmpegProcesses } from '../../support/processes.js';

/** A clip whose frames fill the pipe many times over. */
async function openLong(): Promise<{ ffmpeg: Ffmpeg; clip: Clip; pool: FramePool; folder: string }> {
  const folder = await temporary();
  const options = ['-c:v', 'mjpeg'];
  const path = await makeVideo(join(folder, 'long.mkv'), options, { frames: 200, size: '320x240' });
  const ffmpeg = await ffmpegTools();
  const clip = await openClip(ffmpeg, path, { signal: never() });
  return { ffmpeg, clip, pool: new FramePool(clip.format, { size: 3, packedBytes: 0 }), folder };
}

it('ffmpeg has ended when a receiver that left gets control back', async () => {
  const { ffmpeg, clip, pool, folder } = await openLong();
  for await (const frame of readFrames(ffmpeg, clip, pool, never())) {
    expect(await ffmpegProcesses(folder)).toHaveLength(1);
    frame.release();
    if (frame.index === 4) break;
  }
  expect(await ffmpegProcesses(folder)).toEqual([]);
  expect(pool.inUse).toBe(0);
  for await (const { index } of readPictures(ffmpeg, clip, { width: 160, height: 120 }, never())) {
    if (index === 4) break;
  }
  expect(await ffmpegProcesses(folder)).toEqual([]);
});

it('no frame is read before there is a slot for it, and an abort ends the wait', async () => {
  const { ffmpeg, clip, pool, folder } = await openLong();
  const controller = new AbortController();
  const frames = readFrames(ffmpeg, clip, pool, controller.signal);
  const held: Frame[] = [];
  for (let n = 0; n < 3; n++) held.push((await frames.next()).value as Frame);
  const fourth = frames.next();
  fourth.catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(pool.starved).toBe(true);
  expect(pool.inUse).toBe(3);
  controller.abort();
  await expect(fourth).rejects.toMatchObject({ code: 'ABORTED' });
  expect(await ffmpegProcesses(folder)).toEqual([]);
  held.forEach((frame) => frame.release());
  expect(pool.inUse).toBe(0);
});

it('an abort between frames ends the run', async () => {
  const { ffmpeg, clip, pool, folder } = await openLong();
  const controller = new AbortController();
  const read = async (): Promise<void> => {
    for await (const frame of readFrames(ffmpeg, clip, pool, controller.signal)) {
      frame.release();
      if (frame.index === 2) controller.abort();
    }
  };
  await expect(read()).rejects.toMatchObject({ code: 'ABORTED' });
  expect(await ffmpegProcesses(folder)).toEqual([]);
  expect(pool.inUse).toBe(0);
});
