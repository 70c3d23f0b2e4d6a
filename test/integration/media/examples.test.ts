import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { smallClip, temporaryFolder } from '../../support/made-clip.js';

const example = (name: string): string =>
  fileURLToPath(new URL(`../../../dist/examples/${name}.js`, import.meta.url));
const run = promisify(execFile);

describe('examples', () => {
  it('matte-video mattes a clip', async () => {
    const folder = await temporaryFolder();
    const clip = await smallClip(folder, { frames: 4, keyframes: [0, 3] });
    const output = join(folder, 'out.mov');
    const { stdout } = await run(process.execPath, [
      example('matte-video'),
      clip.input,
      clip.trimapFolder,
      output,
    ]);
    expect(stdout).toMatch(/^4 frames at .* % of a frame is soft/);
  });

  it('matte-image mattes an image, and says what is wrong with one that is not there', async () => {
    const folder = await temporaryFolder();
    const clip = await smallClip(folder, { frames: 1, keyframes: [0] });
    const picture = join(clip.alphaFolder, '0000.png');
    const output = join(folder, 'cut.png');
    const trimap = join(clip.trimapFolder, '0000.png');
    await run(process.execPath, [example('matte-image'), picture, trimap, output]);
    expect(await sharp(output).metadata()).toMatchObject({ width: 192, height: 128, channels: 4 });
    const failure = run(process.execPath, [
      example('matte-image'),
      'nowhere.png',
      trimap,
      join(folder, 'b.png'),
    ]);
    await expect(failure).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^INPUT_MISSING/) as string,
    });
  });
});
