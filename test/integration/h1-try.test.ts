import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execFileSync, spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { FramePool } from '../../src/core/frame-pool.js';
import { openClip } from '../../src/ingest/clip.js';
import { readFrames } from '../../src/ingest/read-frames.js';
import { ffmpegTools, makeVideo, never, temporary } from '../support/lavfi.js';

it.each([
  ['h264.mp4', ['-c:v', 'libx264']],
  ['ffv1.mkv', ['-c:v', 'ffv1']],
  ['prores.mov', ['-c:v', 'prores_ks']],
  ['vp9.webm', ['-c:v', 'libvpx-vp9']],
  ['mjpeg.avi', ['-c:v', 'mjpeg']],
  ['hevc.mp4', ['-c:v', 'libx265','-x265-params','log-level=none']],
])('%s', async (name, options) => {
  const path = await makeVideo(join(await temporary(), name), options, { frames: 20, size: '160x96' });
  const ffmpeg = await ffmpegTools();
  const good = await readFile(path);
  const count: Record<string, number> = {};
  for (let i = 0; i < 40; i++) {
    const bad = Buffer.from(good);
    const at = Math.floor(((i + 0.5) / 40) * good.length);
    bad[at] = bad[at]! ^ (1 << (i % 8));
    await writeFile(path, bad);
    let got = 'ok';
    try {
      const clip = await openClip(ffmpeg, path, { signal: never() });
      const pool = new FramePool(clip.format, { size: 2, packedBytes: 0 });
      for await (const f of readFrames(ffmpeg, clip, pool, never())) f.release();
    } catch (e) { got = (e as {code?: string}).code ?? String(e); }
    const plain = spawnSync('ffmpeg', ['-v','error','-err_detect','crccheck+explode','-i',path,'-map','0:v','-fps_mode','passthrough','-f','framecrc','-'],{encoding:'utf8'});
    const says = plain.stderr ? 'complains' : 'silent';
    count[`${got}/${says}`] = (count[`${got}/${says}`] ?? 0) + 1;
    if (got === 'ok' && says==='complains') console.log(name, at, plain.stderr.slice(0,200));
  }
  console.log(name, good.length, JSON.stringify(count));
  expect(1).toBe(1);
});
