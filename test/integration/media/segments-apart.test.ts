import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentHash } from '../../../src/core/content-hash.js';
import { joinSegments, type SegmentsAt } from '../../../src/pipeline/join-segments.js';
import { matteSegments, matteVideo } from '../../../src/pipeline/matte-video.js';
import type { MatteVideoOptions } from '../../../src/pipeline/options.js';
import { countSegments } from '../../../src/pipeline/segmented-run.js';
import { temporaryFolder } from '../../support/made-clip.js';
import { madeShot } from '../../support/made-shot.js';

const FRAMES = 30;
const SEGMENT = 8;

/** A clip with few keyframes: segments begin and end between them. */
async function shot(
  format: MatteVideoOptions['format'] & string,
): Promise<{ options: MatteVideoOptions; folder: string }> {
  const folder = await temporaryFolder();
  const { input, trimaps } = await madeShot(folder, FRAMES);
  await copyFile(join(trimaps, '0000.png'), join(trimaps, '0013.png'));
  const output = join(folder, { png: 'whole', prores4444: 'whole.mov' }[format as string] ?? 'whole.mkv');
  return {
    folder,
    options: { ...{ input, trimaps, output, format, model: 'guided-filter' }, segment: SEGMENT },
  };
}

async function makePart(options: MatteVideoOptions, folder: string, first: number): Promise<SegmentsAt> {
  const part = join(folder, `part-${first}`);
  await mkdir(part);
  return { folder: part, ...(await matteSegments(options, { folder: part, first, count: 2 })) };
}

describe('segments that are made apart', () => {
  it.each(['prores4444', 'matte', 'png'] as const)(
    'join to the bytes of a whole run, as %s',
    async (format) => {
      const { options, folder } = await shot(format);
      expect(await countSegments(options)).toBe(4);
      await matteVideo({ ...options, resumable: false });
      // The later ones first, as on another machine.
      const parts = [await makePart(options, folder, 2), await makePart(options, folder, 0)];
      const output = options.output.replace('whole', 'joined');
      const { frames } = await joinSegments({ ...options, output }, parts);
      expect(frames).toBe(FRAMES);
      expect(await contentHash(output)).toBe(await contentHash(options.output));
      // With a journal it is the same.
      const resumable = options.output.replace('whole', 'resumable');
      await matteVideo({ ...options, output: resumable });
      expect(await contentHash(resumable)).toBe(await contentHash(output));
      expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
    },
  );

  it('that were damaged are not joined, and parts that there are not are refused', async () => {
    const { options, folder } = await shot('matte');
    const parts = [await makePart(options, folder, 0), await makePart(options, folder, 2)];
    await expect(makePart(options, folder, 4)).rejects.toMatchObject({ code: 'USAGE' });
    const [{ folder: damaged, segments }] = parts as [SegmentsAt, SegmentsAt];
    await writeFile(join(damaged, segments[1]!.name), 'x', { flag: 'a' });
    await expect(joinSegments(options, parts)).rejects.toMatchObject({
      code: 'INPUT_DAMAGED',
      parts: { subject: damaged },
    });
    await expect(contentHash(options.output)).rejects.toThrow();
  });
});
