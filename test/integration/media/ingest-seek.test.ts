import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openClip } from '../../../src/ingest/clip.js';
import { partOf } from '../../../src/ingest/clip-part.js';
import { seekOf } from '../../../src/ingest/seek.js';
import { damagePackets } from '../../support/damage.js';
import { ffmpegTools, makeVideo, never, temporary } from '../../support/lavfi.js';
import { readAll } from '../../support/read-all.js';

const FRAMES = 60;
const COUNT = 3;

const X264 = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-bf', '3', '-g', '12'];
const X265 = ['-c:v', 'libx265', '-pix_fmt', 'yuv420p'];

it.each<[string, string, readonly string[], boolean]>([
  ['H.264 with B-frames in MP4', 'a.mp4', X264, true],
  ['H.264 with open groups of pictures', 'a.mp4', [...X264, '-x264-params', 'open-gop=1'], true],
  ['H.264 in Matroska, times rounded', 'a.mkv', X264, true],
  [
    'H.264 at a varying rate',
    'a.mkv',
    [...X264, '-vf', 'setpts=PTS+mod(N\\,5)*0.3/25/TB', '-vsync', 'vfr'],
    true,
  ],
  ['H.264 that starts late', 'a.mov', [...X264, '-output_ts_offset', '7.3'], true],
  ['H.264 in fragments', 'a.mp4', [...X264, '-movflags', '+frag_keyframe+empty_moov'], true],
  ['H.265 with open groups', 'a.mp4', [...X265, '-x265-params', 'keyint=12:open-gop=1:log-level=none'], true],
  ['VP9', 'a.webm', ['-c:v', 'libvpx-vp9', '-g', '12', '-cpu-used', '8', '-b:v', '300k'], true],
  ['ProRes', 'a.mov', ['-c:v', 'prores_ks'], true],
  ['a transport stream, which has no index', 'a.ts', X264, false],
])(
  '%s: frames in its middle are those that counting from the start gives',
  { timeout: 60_000 },
  async (_, name, options, sought) => {
    const path = await makeVideo(join(await temporary(), name), options, { frames: FRAMES, size: '64x64' });
    const ffmpeg = await ffmpegTools();
    const clip = await openClip(ffmpeg, path, { signal: never() });
    const all = await readAll(ffmpeg, clip);
    expect(all).toHaveLength(FRAMES);
    for (const first of [1, 11, 12, 13, 23, 35, 37, 48, FRAMES - COUNT]) {
      const part = partOf(clip, { first, count: COUNT });
      if (first > 30) expect(seekOf(part) !== undefined).toBe(sought);
      expect(await readAll(ffmpeg, part)).toEqual(all.slice(first, first + COUNT));
    }
  },
);

it('finds damage in the run, and is not held up by damage before it', async () => {
  const path = await makeVideo(join(await temporary(), 'a.mp4'), X264, { frames: FRAMES });
  const ffmpeg = await ffmpegTools();
  const clip = await openClip(ffmpeg, path, { signal: never() });
  const all = await readAll(ffmpeg, clip);
  await damagePackets(path, [13]);
  const after = partOf(clip, { first: 30, count: COUNT });
  expect(await readAll(ffmpeg, after)).toEqual(all.slice(30, 30 + COUNT));
  const over = partOf(clip, { first: 18, count: COUNT });
  await expect(readAll(ffmpeg, over)).rejects.toMatchObject({ code: 'INPUT_DAMAGED' });
});
