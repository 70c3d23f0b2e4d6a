import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tmpdir } from 'node:os';
import sharp from 'sharp';
import { serveStudio, type StudioServer } from '../../../src/studio/serve-studio.js';
import { readTrimap } from '../../../src/trimap/trimap.js';
import { smallClip } from '../../support/made-clip.js';

const SIZE = { width: 160, height: 96 };
const PIXELS = SIZE.width * SIZE.height;
let folder: string;
let input: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matteflow-studio-'));
  ({ input } = await smallClip(folder, { ...SIZE, frames: 6, keyframes: [0] }));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the studio’s server', () => {
  let trimaps: string;
  let server: StudioServer;
  let cookie = '';
  beforeAll(async () => {
    trimaps = join(folder, 'keys');
    await open();
  });
  afterAll(() => server.close());

  async function open(): Promise<void> {
    server = await serveStudio({ input, trimaps, model: 'trimap' });
    const { status, headers } = await send(
      new URL(server.url).search ? `/${new URL(server.url).search}` : '/',
    );
    expect(status).toBe(303);
    cookie = headers['set-cookie']![0]!.split(';')[0]!;
  }
  const send = (
    path: string,
    options: { body?: unknown; headers?: Record<string, string>; bare?: boolean } = {},
  ): Promise<Answer> => ask(server, path, { ...options, cookie: options.bare ? '' : cookie });
  const edit = (number: number, runs: readonly number[], painted = true): Promise<Answer> =>
    send(`/frames/${number}/edit`, { body: { client: 'a', folder: trimaps, painted, runs } });
  const draft = (number: number): string => join(trimaps, '.drafts', `000${number}.png`);

  it('lets nobody in without the address it has printed', async () => {
    expect((await send('/', { bare: true })).status).toBe(403);
    expect((await send('/frames/0/proxy', { bare: true })).status).toBe(403);
    expect((await send('/?token=guess', { bare: true })).status).toBe(403);
    expect((await send('/')).status).toBe(200);
  });

  it.each<[string, Record<string, string>, number]>([
    ['a name that is pointed here', { Host: 'evil.example' }, 403],
    ['another site', { Origin: 'http://evil.example' }, 403],
    ['a form', { 'Content-Type': 'text/plain' }, 415],
  ])('takes no edit from %s', async (_, headers, status) => {
    const body = { client: 'a', folder: trimaps, painted: true, runs: [0, 1, 255] };
    expect((await send('/frames/0/edit', { body, headers })).status).toBe(status);
    expect(server.frames().drafts).toEqual([]);
  });

  it.each([
    ['no list', { client: 'a', painted: true, runs: {} }],
    ['half a run', { client: 'a', painted: true, runs: [0, 1] }],
    ['a run beyond the last pixel', { client: 'a', painted: true, runs: [PIXELS - 1, 2, 255] }],
    ['a value of no trimap', { client: 'a', painted: true, runs: [0, 1, 7] }],
    ['nobody’s', { painted: true, runs: [] }],
    ['nothing', null],
  ])('refuses an edit that is none: %s', async (_, body) => {
    const sent = body && { folder: trimaps, ...body };
    expect((await send('/frames/0/edit', { body: sent })).status).toBe(400);
  });

  it('takes no edit that was meant for another clip', async () => {
    const body = { client: 'a', folder: join(folder, 'others'), painted: true, runs: [0, 1, 255] };
    expect((await send('/frames/0/edit', { body })).status).toBe(409);
    expect(server.frames().drafts).toEqual([]);
  });

  it.each(['/frames/6/proxy', '/frames/x/full', '/page/../package.json', '/page/main.ts', '/mattes/x/alpha'])(
    'serves no %s',
    async (path) => {
      expect((await send(path)).status).toBe(404);
    },
  );

  it('shows frames, reduced and in full', async () => {
    for (const kind of ['proxy', 'full']) {
      const { bytes } = await send(`/frames/3/${kind}`);
      expect(await sharp(bytes).metadata()).toMatchObject({ ...SIZE, format: 'jpeg' });
    }
  });

  it('has an edit on the disk before it says so, and saves it under the frame’s number', async () => {
    const answer = await edit(2, [10, 20, 255, 40, 5, 128]);
    expect(JSON.parse(answer.bytes.toString())).toMatchObject({ number: 2, saved: false });
    const expected = new Uint8Array(PIXELS).fill(255, 10, 30).fill(128, 40, 45);
    expect(await readTrimap(draft(2), SIZE)).toEqual(expected);
    await send('/save', { body: {} });
    expect(await readTrimap(join(trimaps, '0002.png'), SIZE)).toEqual(expected);
    expect(await readdir(join(trimaps, '.drafts'))).toEqual(['.lock']);
    expect(server.frames()).toEqual({ saved: [2], drafts: [] });
  });

  it('carries out edits that come at once in their order', async () => {
    const values = [255, 128, 0, 255, 128];
    await Promise.all(values.map((value, i) => edit(3, [i, PIXELS - i, value])));
    const expected = new Uint8Array(PIXELS);
    values.forEach((value, i) => expected.fill(value, i));
    expect(await readTrimap(draft(3), SIZE)).toEqual(expected);
  });

  it('makes a frame unpainted when its first edit is taken back, unless it is saved', async () => {
    await edit(4, [0, 9, 255]);
    await edit(4, [0, 9, 0], false);
    expect(server.frames().drafts).not.toContain(4);
    expect(await readdir(join(trimaps, '.drafts'))).toEqual(['.lock', '0003.png']);
    await edit(2, [0, 3, 255], false);
    expect(server.frames().drafts).toContain(2);
  });

  it('loses no edit that comes while frames are saved, or taken back', async () => {
    await edit(0, [0, 10, 255]);
    await Promise.all([
      send('/save', { body: {} }),
      edit(0, [20, 10, 128]),
      edit(5, [0, 3, 255]),
      edit(5, [0, 3, 0], false),
      edit(5, [50, 4, 255]),
    ]);
    expect(server.frames().drafts).toContain(5);
    expect(await readTrimap(draft(5), SIZE)).toEqual(new Uint8Array(PIXELS).fill(255, 50, 54));
    const expected = new Uint8Array(PIXELS).fill(255, 0, 10).fill(128, 20, 30);
    const saved = server.frames().saved.includes(0);
    expect(await readTrimap(saved ? join(trimaps, '0000.png') : draft(0), SIZE)).toEqual(expected);
    await send('/frames/5/remove', { body: {} });
  });

  it('keeps another process out of the folder', async () => {
    await expect(serveStudio({ input, trimaps })).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('goes on with drafts after it was ended', async () => {
    await edit(5, [7, 3, 255]);
    await server.close();
    expect(await readdir(join(trimaps, '.drafts'))).not.toContain('.lock');
    await open();
    expect(server.frames().drafts).toContain(5);
    const { bytes } = await send('/frames/5/painted');
    expect(gunzipSync(bytes)).toEqual(Buffer.from(new Uint8Array(PIXELS).fill(255, 7, 10)));
  });

  it('sets a removed keyframe aside', async () => {
    await send('/save', { body: {} });
    await send('/frames/5/remove', { body: {} });
    expect(await readdir(trimaps)).not.toContain('0005.png');
    const names = await readdir(join(trimaps, '.drafts'));
    expect(names.filter((name) => name.startsWith('.removed-5-keyframe-'))).toHaveLength(1);
    expect((await send('/frames/5/painted')).status).toBe(204);
  });

  it('mattes what is painted', async () => {
    await edit(1, [0, 100, 255, 100, 60, 128]);
    const { id } = JSON.parse((await send('/frames/1/matte', { body: {} })).bytes.toString()) as {
      id: string;
    };
    const alpha = await sharp((await send(`/mattes/${id}/alpha`)).bytes)
      .extractChannel(0)
      .raw()
      .toBuffer();
    expect([...alpha.subarray(98, 102), alpha[160]]).toEqual([255, 255, 128, 128, 0]);
    expect((await sharp((await send(`/mattes/${id}/cutOut`)).bytes).metadata()).channels).toBe(4);
    expect((await send('/frames/4/matte', { body: {} })).status).toBe(204);
  });
});

describe('serveStudio', () => {
  it('refuses a clip that is not there, and a folder that cannot be written', async () => {
    await expect(serveStudio({ input: join(folder, 'none.mov') })).rejects.toMatchObject({
      code: 'INPUT_MISSING',
    });
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    await expect(serveStudio({ input, trimaps: join(file, 'keys') })).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
    });
  });

  it('refuses drafts of another clip’s size, and a port that is taken', async () => {
    const trimaps = join(folder, 'other');
    const first = await serveStudio({ input, trimaps, model: 'trimap' });
    const port = Number(new URL(first.url).port);
    await expect(serveStudio({ input, trimaps, model: 'trimap', port })).rejects.toMatchObject({
      code: 'USAGE',
    });
    await first.close();
    await sharp(Buffer.alloc(100), { raw: { width: 10, height: 10, channels: 1 } }).toFile(
      join(trimaps, '.drafts', '0001.png'),
    );
    await expect(serveStudio({ input, trimaps })).rejects.toMatchObject({ code: 'TRIMAP_SIZE' });
  });
});

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string[] | undefined>;
  readonly bytes: Buffer;
}

/** A request as the studio's page would send it, changed by `headers`; the path is sent as it stands. */
function ask(
  { url }: StudioServer,
  path: string,
  { body, headers = {}, cookie }: { body?: unknown; headers?: Record<string, string>; cookie: string },
): Promise<Answer> {
  const { hostname, port, origin } = new URL(url);
  const usual = {
    ...(cookie && { Cookie: cookie }),
    ...(body !== undefined && { Origin: origin, 'Content-Type': 'application/json' }),
  };
  const method = body === undefined ? 'GET' : 'POST';
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers: { ...usual, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          headers: response.headersDistinct,
          bytes: Buffer.concat(chunks),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
