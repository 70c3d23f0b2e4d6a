import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { runCli, type CliEnd } from '../../support/cli.js';
import { temporaryFolder } from '../../support/made-clip.js';
import { decodeRaw, makeMedia } from '../../support/media.js';

describe('dataset extract', () => {
  it('takes the frames it says, once, and names what cannot be read', async () => {
    const [footage, output] = [await temporaryFolder(), await temporaryFolder()];
    await mkdir(join(footage, 'day'));
    const clip = join(footage, 'day', 'walk.mkv');
    await makeMedia(['-f', 'lavfi', '-i', 'testsrc=size=64x48:rate=25:duration=0.6', '-c:v', 'ffv1', clip]);
    await writeFile(join(footage, 'broken.mp4'), 'no film');
    const extract = (...more: string[]): Promise<CliEnd> =>
      runCli(['dataset', 'extract', footage, '-o', output, '--json', ...more]);

    const first = await extract();
    expect(first.code).toBe(1);
    expect(JSON.parse(first.stdout)).toMatchObject({ clips: 2, kept: 0, pictures: 3 });
    expect(first.stderr).toContain('broken.mp4');
    const images = join(output, 'images');
    const names = ['day-walk_000000.png', 'day-walk_000005.png', 'day-walk_000010.png'];
    expect(await readdir(images)).toEqual(names);
    const lines = (await readFile(join(output, 'manifest.jsonl'), 'utf8')).trim().split('\n');
    expect(JSON.parse(lines[2]!)).toEqual({ image: `images/${names[2]!}`, clip, frame: 10, seconds: 0.4 });
    const wanted = await decodeRaw(clip, ['-vf', "select='eq(n,10)'", '-frames:v', '1', '-pix_fmt', 'rgb24']);
    const taken = await sharp(join(images, names[2]!)).raw().toBuffer();
    expect(digest(taken)).toBe(digest(wanted));

    await rm(join(footage, 'broken.mp4'));
    const { mtimeMs } = await stat(join(images, names[0]!));
    const again = await extract();
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ kept: 1, pictures: 3 });
    expect((await stat(join(images, names[0]!))).mtimeMs).toBe(mtimeMs);
    const other = await extract('--every', '3');
    expect(JSON.parse(other.stdout)).toMatchObject({ error: { code: 'OUTPUT_EXISTS' } });
  });
});

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
