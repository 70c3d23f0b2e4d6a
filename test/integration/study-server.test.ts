import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Method, Picture } from '../../src/evaluation/results.js';
import type { Question } from '../../src/evaluation/study/ballot.js';
import { buildStudy } from '../../src/evaluation/study/build-study.js';
import { serveStudy, type StudyServer } from '../../src/evaluation/study/serve-study.js';
import { readStudy, votesPath, type Study } from '../../src/evaluation/study/study-file.js';
import { readVotes } from '../../src/evaluation/study/votes-file.js';
import { gammaMethod, madePicture } from '../support/made-evaluation.js';

const pictures = [madePicture('one'), madePicture('two', 2)];
const methods = [gammaMethod('exact', 1, pictures), gammaMethod('off', 2, pictures)];

async function* each(list: readonly Picture[]): AsyncGenerator<Picture> {
  yield* list;
  await Promise.resolve();
}

let parent: string;
let folder: string;
let study: Study;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'matteflow-study-'));
  folder = join(parent, 'study');
  study = await buildStudy(folder, { methods, pictures: each(pictures), seed: 'a' });
});
afterAll(() => rm(parent, { recursive: true }));

describe('buildStudy', () => {
  it('writes what it says, under names that give nothing away', async () => {
    expect(await readStudy(folder)).toEqual(study);
    const files = study.pictures.flatMap(({ files: own }) =>
      Object.values(own).flatMap(({ black, white, cutOut }) => [black, white, cutOut]),
    );
    expect((await readdir(folder)).sort()).toEqual([...files, 'study.json'].sort());
    expect(new Set(files).size).toBe(2 * 2 * 3);
    for (const file of files) expect(file).toMatch(/^[0-9a-f]{17}\.png$/);
  });

  it('lays the cut-out over pure black and pure white', async () => {
    const files = study.pictures[0]!.files.exact!;
    const pixels = (file: string): Promise<Buffer> => sharp(join(folder, file)).raw().toBuffer();
    const [cutOut, black, white] = [
      await pixels(files.cutOut),
      await pixels(files.black),
      await pixels(files.white),
    ];
    const { truth } = pictures[0]!;
    for (let i = 0; i < truth.length; i += 17) {
      const alpha = cutOut[4 * i + 3]!;
      expect(Math.abs(alpha - 255 * truth[i]!)).toBeLessThanOrEqual(0.5);
      for (let c = 0; c < 3; c++) {
        const lit = (cutOut[4 * i + c]! * alpha) / 255;
        expect(Math.abs(black[3 * i + c]! - lit)).toBeLessThanOrEqual(0.51);
        expect(Math.abs(white[3 * i + c]! - lit - (255 - alpha))).toBeLessThanOrEqual(0.51);
      }
    }
  });

  it.each<[string, readonly Method[], readonly Picture[], string]>([
    ['one method', methods.slice(0, 1), pictures, 'USAGE'],
    ['two of one name', [methods[0]!, methods[0]!], pictures, 'USAGE'],
    ['no picture', methods, [], 'INPUT_EMPTY'],
    ['a picture twice', methods, [pictures[0]!, pictures[0]!], 'USAGE'],
  ])('refuses %s, and leaves nothing', async (_, some, material, code) => {
    const before = await readdir(parent);
    const made = buildStudy(join(parent, 'refused'), { methods: some, pictures: each(material), seed: '' });
    await expect(made).rejects.toMatchObject({ code });
    expect(await readdir(parent)).toEqual(before);
  });

  it('refuses a folder with something in it', async () => {
    const again = buildStudy(folder, { methods, pictures: each(pictures), seed: 'a' });
    await expect(again).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
  });
});

describe('readStudy', () => {
  it('refuses a study whose files lie elsewhere', async () => {
    const files = { cutOut: '../a.png', black: '../../secret', white: 'b.png' };
    const forged = { ...study, pictures: [{ ...study.pictures[0]!, files: { exact: files, off: files } }] };
    const other = await mkdtemp(join(parent, 'forged-'));
    await writeFile(join(other, 'study.json'), JSON.stringify(forged));
    await expect(serveStudy(other)).rejects.toMatchObject({ code: 'INPUT_DAMAGED' });
    await expect(readStudy(parent)).rejects.toMatchObject({ code: 'INPUT_MISSING' });
  });
});

describe('serveStudy', () => {
  let server: StudyServer;
  beforeAll(async () => {
    server = await serveStudy(folder);
  });
  afterAll(() => server.close());

  const question = async (observer: string): Promise<Question> =>
    JSON.parse((await ask(server, `/question?observer=${observer}`)).body) as Question;
  const vote = (body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    ask(server, '/votes', { method: 'POST', body: JSON.stringify(body), headers });

  it('serves the page and the composites, without a method’s name in what it says', async () => {
    expect((await ask(server, '/')).status).toBe(200);
    const { trial, total } = await question('');
    expect(total).toBe(4);
    expect(JSON.stringify(await question(''))).not.toMatch(/exact|off/);
    const { status, type } = await ask(server, `/composites/${trial!.left}`);
    expect([status, type]).toEqual([200, 'image/png']);
  });

  it.each([
    '/study.json',
    '/votes.jsonl',
    '/composites/study.json',
    '/composites/../study.json',
    '/composites/%2e%2e%2fstudy.json',
    '/composites/',
    '//etc/passwd',
    '/votes',
  ])('serves no %s', async (path) => {
    expect((await ask(server, path)).status).toBe(404);
  });

  it('keeps cut-outs to itself', async () => {
    expect((await ask(server, `/composites/${study.pictures[0]!.files.exact!.cutOut}`)).status).toBe(404);
  });

  it.each<[string, Record<string, string>, number]>([
    ['a name that is pointed here', { Host: 'evil.example' }, 403],
    ['another port’s name', { Host: '127.0.0.1:1' }, 403],
    ['another site', { Origin: 'http://evil.example' }, 403],
    ['a sandboxed page', { Origin: 'null' }, 403],
    ['a page of another port', { 'Sec-Fetch-Site': 'same-site' }, 403],
    ['a form', { 'Content-Type': 'text/plain' }, 415],
  ])('takes no vote from %s', async (_, headers, status) => {
    const { trial } = await question('Eve');
    const body = { observer: 'Eve', trial: trial!.id, choice: 'left', seconds: 1 };
    expect((await vote(body, headers)).status).toBe(status);
    expect((await question('Eve')).done).toBe(0);
  });

  it('takes no vote that does not say where it comes from, and none that is too long', async () => {
    expect((await ask(server, '/votes', { method: 'POST', body: '{}', own: false })).status).toBe(403);
    expect((await vote({ observer: 'x'.repeat(5000) })).status).toBe(413);
    expect((await ask(server, '/', { method: 'DELETE' })).status).toBe(405);
  });

  it.each([
    null,
    [],
    { observer: 'Eve' },
    { observer: 'Eve', trial: 'none', choice: 'left', seconds: 1 },
    { observer: 'Eve', trial: 'none', choice: 'both', seconds: 1 },
    { observer: 'Eve', trial: 'none', choice: 'left', seconds: -1 },
    { observer: 'E'.repeat(81), trial: 'none', choice: 'left', seconds: 1 },
  ])('refuses an answer that is none: %j', async (body) => {
    expect((await vote(body)).status).toBe(400);
  });

  it('asks all questions once, also over a restart, and counts an answer once', async () => {
    const answerOne = async (): Promise<unknown> => {
      const { trial } = await question('Ann');
      const body = { observer: 'Ann', trial: trial!.id, choice: 'right', seconds: 1.25 };
      await Promise.all([vote(body), vote(body)]);
      return trial!.id;
    };
    const asked = [await answerOne(), await answerOne()];
    await server.close();
    server = await serveStudy(folder);
    expect(server.votes).toBe(2);
    asked.push(await answerOne(), await answerOne());
    expect(new Set(asked).size).toBe(4);
    expect(await question('Ann')).toEqual({ done: 4, total: 4 });
    expect((await question('Bob')).done).toBe(0);
    const votes = (await readVotes(votesPath(folder))).filter(({ observer }) => observer === 'Ann');
    expect(votes.map(({ trial }) => trial)).toEqual(asked);
    expect(votes[0]).toMatchObject({ choice: 'right', seconds: 1.25 });
    expect(await readFile(votesPath(folder), 'utf8')).toMatch(/\n$/);
  });

  it('says so when the port is taken', async () => {
    const port = Number(new URL(server.url).port);
    await expect(serveStudy(folder, { port })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: string;
}

/** A request as a page of the server would send it, changed by `headers`; the path is sent as it stands. */
function ask(
  { url }: StudyServer,
  path: string,
  {
    method = 'GET',
    body,
    headers = {},
    own = true,
  }: {
    method?: string;
    body?: string;
    headers?: Record<string, string>;
    own?: boolean;
  } = {},
): Promise<Answer> {
  const { hostname, port, origin } = new URL(url);
  const usual = {
    ...(own && method === 'POST' && { Origin: origin }),
    ...(body !== undefined && { 'Content-Type': 'application/json' }),
  };
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers: { ...usual, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode!, type: response.headers['content-type'], body: text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
