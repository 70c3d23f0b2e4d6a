import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentHash } from '../../../src/core/content-hash.js';
import { runCli } from '../../support/cli.js';
import { smallClip, temporaryFolder } from '../../support/made-clip.js';

describe('matte --qc and --steady', () => {
  it('writes one page of the frames worth a look, with numbers and settings', async () => {
    const folder = await temporaryFolder();
    const clip = await smallClip(folder, { width: 96, height: 64, frames: 14, keyframes: [0, 13] });
    const [output, qc] = [join(folder, 'out.mkv'), join(folder, 'qc.html')];
    const args = ['matte', clip.input, '--trimaps', clip.trimapFolder, '--model', 'guided-filter'];
    const more = ['--format', 'matte', '-o', output, '--steady', '--qc', qc, '--segment', '5', '--json'];
    await writeFile(qc, 'a page of someone’s');
    const refused = await runCli([...args, ...more]);
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'OUTPUT_EXISTS' } });
    expect(await readFile(qc, 'utf8')).toBe('a page of someone’s');
    expect(await readdir(folder)).not.toContain('out.mkv');

    const run = await runCli([...args, ...more, '--overwrite']);
    expect(JSON.parse(run.stdout)).toMatchObject({ output, frames: 14, qc });
    const page = await readFile(qc, 'utf8');
    // Seven frames spread over the run, and the worst.
    expect(page.match(/<figure>/g)!.length).toBeGreaterThanOrEqual(9);
    expect(page.match(/data:image\/webp;base64,[\w+/]{100,}/g)!.length).toBe(
      3 * page.match(/<figure>/g)!.length,
    );
    expect(page.match(/<svg/g)).toHaveLength(3);
    expect(page).toContain(await contentHash(clip.input));
    expect(page).toMatch(/<th scope="row">steady<\/th>\s*<td><code>1</);
    // It needs no other file and runs nothing.
    expect(page).not.toMatch(/<script|src="(?!data:)|href="(?!data:)|url\((?!#)/);
    expect((await readdir(folder)).sort()).toEqual(['alpha', 'clip.mkv', 'out.mkv', 'qc.html', 'trimap']);
  });

  it('is refused the output’s own name', async () => {
    const end = await runCli(['matte', 'shot.mov', '--trimaps', 'keys', '-o', 'a.html', '--qc', './a.html']);
    expect(end).toMatchObject({ code: 2, stderr: expect.stringContaining('the same name') as string });
  });

  it('is refused with a strength of steadying that is out of range', async () => {
    const folder = await temporaryFolder();
    const clip = await smallClip(folder, { width: 96, height: 64, frames: 3, keyframes: [0, 2] });
    const args = ['matte', clip.input, '--trimaps', clip.trimapFolder, '-o', join(folder, 'o.mov')];
    const end = await runCli([...args, '--steady', '9']);
    expect(end.code).toBe(2);
    expect(end.stderr).toMatch(/up to 4/);
  });
});
