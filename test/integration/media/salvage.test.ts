import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FramePool } from '../../../src/core/frame-pool.js';
import { openClip } from '../../../src/ingest/clip.js';
import { salvageFrames } from '../../../src/ingest/read-frames.js';
import { damagePackets } from '../../support/damage.js';
import { contentOf, journalledShot } from '../../support/journalled-shot.js';
import { ffmpegTools, plainFfmpeg, temporary } from '../../support/lavfi.js';
import { decodeRaw } from '../../support/media.js';

const { signal } = new AbortController();

describe('a damaged clip', () => {
  it.each([
    ['FFV1 whose slices do not sum up', ['-c:v', 'ffv1', '-g', '1', '-slicecrc', '1'], 'middle', [5, 6, 9]],
    [
      'FFV1 whose pictures build on each other',
      ['-c:v', 'ffv1', '-g', '4', '-slicecrc', '1'],
      'middle',
      [5, 6, 7, 9, 10, 11],
    ],
    ['ProRes whose slices are damaged', ['-c:v', 'prores_ks'], 'middle', [5, 6, 9]],
    ['ProRes whose frame headers are damaged', ['-c:v', 'prores_ks'], 'start', [5, 6, 9]],
  ] as const)('of %s is refused, or holds the good frame before', async (_, codec, where, held) => {
    const shot = await journalledShot(12);
    const input = join(shot.folder, 'damaged.mov');
    await plainFfmpeg('-i', shot.input, ...codec, input);
    await damagePackets(input, [5, 6, 9], where);
    await expect(shot.matte({ input })).rejects.toMatchObject({ code: 'INPUT_DAMAGED' });
    expect(await shot.matte({ input, salvage: true })).toMatchObject({ frames: 12, held });
    const seen = picturesOf(await decodeRaw(shot.out, ['-pix_fmt', 'yuva444p10le']));
    held.forEach((index) => expect(seen[index]!.equals(seen[index - 1]!)).toBe(true));
    expect(seen[8]!.equals(seen[7]!)).toBe(false);
  });

  it('is refused, or its damaged frames show the one before, listed, across segments and a stop too', async () => {
    const shot = await journalledShot(34);
    const whole = join(shot.folder, 'whole.mov');
    await damagePackets(shot.input, [7, 20, 21]);
    await expect(shot.matte()).rejects.toMatchObject({ code: 'INPUT_DAMAGED' });

    const notices: string[] = [];
    const onNotice = (notice: string): unknown => notices.push(notice);
    const salvage = true;
    expect(await shot.matte({ output: whole, salvage, onNotice })).toMatchObject({
      frames: 34,
      held: [7, 20, 21],
    });
    expect(notices).toContain('Damaged frames show the one before them: 7, 20, 21.');
    await shot.begin({ salvage });
    expect(await shot.matte({ salvage, resume: true })).toMatchObject({ kept: 20, held: [20, 21] });
    expect(await contentOf(shot.out)).toEqual(await contentOf(whole));

    const seen = picturesOf(await decodeRaw(whole, ['-pix_fmt', 'yuva444p10le']));
    expect(seen.length).toBe(34);
    expect(seen[7]!.equals(seen[6]!)).toBe(true);
    expect(seen[20]!.equals(seen[19]!) && seen[21]!.equals(seen[19]!)).toBe(true);
  });

  it('whose pictures build on each other holds on to the last good one until one stands alone', async () => {
    const input = join(await temporary(), 'clip.mp4');
    await plainFfmpeg(
      ...['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=1', '-c:v', 'libx264', '-g', '8', '-bf', '0', input],
    );
    await damagePackets(input, [11]);
    const clip = await openClip(await ffmpegTools(), input, { signal });
    const pool = new FramePool(clip.format, { size: 1, packedBytes: 0 });
    const shows: number[] = [];
    const times: number[] = [];
    for await (const frame of salvageFrames(await ffmpegTools(), clip, pool, signal, () => true)) {
      shows.push(frame.shows);
      times.push(frame.timestamp.ticks);
      frame.release();
    }
    const held = [11, 12, 13, 14, 15];
    expect(shows).toEqual(Array.from({ length: 25 }, (_, i) => (held.includes(i) ? 10 : i)));
    expect(times).toEqual(clip.ticks);
  });

  it('has to begin with a frame that can be shown', async () => {
    const shot = await journalledShot(12);
    await damagePackets(shot.input, [0]);
    await expect(shot.matte({ salvage: true })).rejects.toMatchObject({
      code: 'INPUT_DAMAGED',
      parts: { what: expect.stringContaining('the first frame is damaged') as string },
    });
  });
});

/** 64 × 48 pictures of four ten-bit planes. */
function picturesOf(bytes: Buffer): Buffer[] {
  const size = 64 * 48 * 4 * 2;
  return Array.from({ length: bytes.length / size }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}
