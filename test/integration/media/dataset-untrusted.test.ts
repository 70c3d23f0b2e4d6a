import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readEntry } from '../../../src/dataset/clip-entry.js';
import { HashCache } from '../../../src/dataset/hash-cache.js';
import { DatasetFolder } from '../../../src/dataset/dataset-folder.js';
import { matteClip } from '../../../src/dataset/matte-clip.js';
import { restrictPictureLoaders } from '../../../src/dataset/picture-loaders.js';
import { locateClip } from '../../../src/dataset/clip-key.js';
import { temporaryFolder } from '../../support/made-clip.js';
import { madeShot } from '../../support/made-shot.js';

/** Files that are called videos and name another file, which ffmpeg could read. */
const PLAYLISTS: Readonly<Record<string, string>> = {
  hls: '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nshot.mov\n#EXT-X-ENDLIST\n',
  ffconcat: 'ffconcat version 1.0\nfile shot.mov\n',
  dash: `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT1S"
    profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period><AdaptationSet mimeType="video/mp4"><Representation
    id="1" bandwidth="1"><BaseURL>shot.mov</BaseURL></Representation></AdaptationSet></Period></MPD>`,
  sdp: 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n',
};

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="48">' +
  '<rect width="64" height="48" fill="gray"/><image xlink:href="secret.png" width="9" height="9"/></svg>';

beforeAll(restrictPictureLoaders);

async function rootWithShot(): Promise<string> {
  const root = await temporaryFolder();
  await madeShot(root, 3);
  return root;
}

/** Mattes a clip as a worker does that was handed it. */
async function matte(root: string, line: object, between?: () => Promise<void>): Promise<void> {
  const entry = readEntry({ name: 'clip', options: { model: 'trimap' }, ...line }, 'line 1');
  const { key } = await locateClip(root, entry, await HashCache.open());
  await between?.();
  const output = join(root, 'out');
  await new DatasetFolder(output).prepare();
  const { signal } = new AbortController();
  await matteClip(
    { entry, key },
    { root, output },
    { signal, onProgress: () => undefined, hashes: await HashCache.open() },
  );
}

describe('files that are not what they are called', () => {
  it.each(Object.keys(PLAYLISTS))('a playlist (%s) is no video', async (kind) => {
    const root = await rootWithShot();
    await writeFile(join(root, 'clip.mp4'), PLAYLISTS[kind]!);
    const line = { input: 'clip.mp4', trimaps: 'trimaps' };
    await expect(matte(root, line)).rejects.toMatchObject({ code: 'INPUT_NOT_MEDIA' });
  });

  it('a playlist is no masks, no plate and no garbage matte', async () => {
    const root = await rootWithShot();
    await writeFile(join(root, 'clip.mp4'), PLAYLISTS.ffconcat!);
    for (const line of [
      { masks: 'clip.mp4' },
      { plate: 'clip.mp4' },
      { trimaps: 'trimaps', garbage: 'clip.mp4' },
    ]) {
      const asked = matte(root, { input: 'shot.mov', ...line });
      await expect(asked).rejects.toMatchObject({ code: 'INPUT_NOT_MEDIA' });
    }
  });

  it('a drawing that names other files is no trimap and no mask', async () => {
    const root = await rootWithShot();
    await writeFile(join(root, 'trimaps', '0000.png'), SVG);
    await expect(matte(root, { input: 'shot.mov', trimaps: 'trimaps' })).rejects.toMatchObject({
      code: 'TRIMAP_INVALID',
    });
    await expect(matte(root, { input: 'shot.mov', masks: 'trimaps' })).rejects.toMatchObject({
      code: 'TRIMAP_INVALID',
    });
  });
});

describe('paths that change after they were looked at', () => {
  it('a clip and a folder that have become links out of the root are refused by whoever mattes', async () => {
    const [root, outside] = [await rootWithShot(), await rootWithShot()];
    const line = { input: 'shot.mov', trimaps: 'trimaps' };
    for (const name of ['shot.mov', 'trimaps']) {
      const swap = async (): Promise<void> => {
        await rename(join(root, name), join(root, `${name}-before`));
        await symlink(join(outside, name), join(root, name));
      };
      await expect(matte(root, line, swap)).rejects.toMatchObject({ code: 'USAGE' });
      await rm(join(root, name));
      await rename(join(root, `${name}-before`), join(root, name));
    }
  });

  it('a clip that has another content by then is not matted under the old one’s name', async () => {
    const root = await rootWithShot();
    const change = (): Promise<void> => writeFile(join(root, 'shot.mov'), 'x', { flag: 'a' });
    await expect(matte(root, { input: 'shot.mov', trimaps: 'trimaps' }, change)).rejects.toMatchObject({
      code: 'INPUT_DAMAGED',
    });
  });
});

it('a name that looks like a pattern, an option or a protocol to ffmpeg is only a name', async () => {
  const root = await rootWithShot();
  await mkdir(join(root, '%d'));
  const name = join('%d', "a'b;$(x)\\ %s,[in]🎬é.mov");
  await rename(join(root, 'shot.mov'), join(root, name));
  await matte(root, { input: name, trimaps: 'trimaps' });
  expect(await readdir(join(root, 'out', 'mattes'))).toHaveLength(1);
});
