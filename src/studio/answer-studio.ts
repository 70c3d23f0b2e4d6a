import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import sharp from 'sharp';
import { readJson, Refused } from '../core/local-request.js';
import { parseEdit } from './frame-edit.js';
import type { PageFiles } from './page-files.js';
import type { Studio } from './studio.js';

/** Bytes of the largest edit: hundreds of thousands of runs. */
const MOST = 8 * 2 ** 20;
const KEEP = 'private, max-age=86400, immutable';
const compress = promisify(gzip);

/** What a route is given besides the studio. */
interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The parts of the path that stand for something. */
  readonly named: readonly string[];
  readonly query: URLSearchParams;
}

type Route = (studio: Studio, visit: Visit) => Promise<void> | void;

/** Paths of a frame carry its number as people know it. */
const ROUTES: readonly (readonly [method: string, path: RegExp, route: Route])[] = [
  ['GET', /^\/events$/, (studio, { response }) => studio.events.add(response, studio.state())],
  ['GET', /^\/frames\/(\d+)\/proxy$/, sendProxy],
  ['GET', /^\/frames\/(\d+)\/full$/, sendFull],
  ['GET', /^\/frames\/(\d+)\/(painted|propagated)$/, sendTrimap],
  ['POST', /^\/frames\/(\d+)\/edit$/, takeEdit],
  ['POST', /^\/frames\/(\d+)\/remove$/, removeFrame],
  ['POST', /^\/frames\/(\d+)\/matte$/, makeMatte],
  ['GET', /^\/mattes\/([0-9a-f-]{36})\/(cutOut|alpha)$/, sendMatte],
  ['POST', /^\/save$/, save],
  ['POST', /^\/propagate$/, propagate],
  ['POST', /^\/stop$/, stop],
];

/** Answers a request of the studio's own page. @throws Refused, MatteflowError */
export async function answerStudio(
  studio: Studio,
  pages: PageFiles,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const file = request.method === 'GET' ? pages.get(pathname) : undefined;
  if (file) {
    response.writeHead(200, { 'Content-Type': file.type }).end(file.content);
    return;
  }
  for (const [method, path, route] of ROUTES) {
    const match = path.exec(pathname);
    if (!match || method !== request.method) continue;
    await route(studio, { request, response, named: match.slice(1), query: searchParams });
    return;
  }
  throw new Refused(404, 'There is no such thing.');
}

async function sendProxy({ clip, proxies }: Studio, { response, named }: Visit): Promise<void> {
  sendPicture(response, 'image/jpeg', await proxies.read(indexOf(clip, named[0])));
}

/** At full size; what is painted on has to be seen as it is, so the JPEG is a good one. */
async function sendFull({ clip, full }: Studio, { response, named }: Visit): Promise<void> {
  const { format, samples } = await full.read(indexOf(clip, named[0]));
  const raw = { width: format.width, height: format.height, channels: 3 } as const;
  const picture = sharp(Buffer.from(samples), { raw });
  const jpeg = await picture.jpeg({ quality: 93, chromaSubsampling: '4:4:4' }).toBuffer();
  sendPicture(response, 'image/jpeg', jpeg);
}

/** A byte a pixel; 204 where there is none. */
async function sendTrimap({ clip, painted, propagation }: Studio, { response, named }: Visit): Promise<void> {
  const number = clip.firstNumber + indexOf(clip, named[0]);
  const revision = painted.stateOf(number)?.revision ?? 0;
  const trimap = named[1] === 'painted' ? await painted.trimapOf(number) : await propagation.trimapOf(number);
  if (!trimap) {
    response.writeHead(204).end();
    return;
  }
  response
    .writeHead(200, {
      'Content-Type': 'application/octet-stream',
      'Content-Encoding': 'gzip',
      'X-Revision': String(revision),
    })
    .end(await compress(trimap, { level: 1 }));
}

async function takeEdit(studio: Studio, { request, response, named }: Visit): Promise<void> {
  const { clip, painted } = studio;
  const number = clip.firstNumber + indexOf(clip, named[0]);
  const edit = parseEdit(await readJson(request, MOST), clip.format.width * clip.format.height);
  if (edit.folder !== studio.folder) throw new Refused(409, 'This studio paints another clip now.');
  await painted.edit(number, edit);
  tellPainted(studio, { client: edit.client, number });
  sendJson(response, painted.stateOf(number) ?? null);
}

async function removeFrame(studio: Studio, { response, named }: Visit): Promise<void> {
  const number = studio.clip.firstNumber + indexOf(studio.clip, named[0]);
  await studio.painted.remove(number);
  tellPainted(studio, { number });
  sendJson(response, null);
}

async function save(studio: Studio, { response }: Visit): Promise<void> {
  const saved = await studio.painted.save();
  tellPainted(studio, {});
  sendJson(response, { saved });
}

/** Answers when it has begun. */
async function propagate({ propagation }: Studio, { response }: Visit): Promise<void> {
  await propagation.start();
  sendJson(response, null);
}

async function stop({ propagation }: Studio, { response }: Visit): Promise<void> {
  await propagation.stop();
  sendJson(response, null);
}

/** Every page learns which frames are painted, and whether one was changed by another page than itself. */
function tellPainted(
  { events, painted, propagation }: Studio,
  change: { readonly client?: string; readonly number?: number },
): void {
  events.send('painted', { ...change, frames: painted.list() });
  events.send('propagation', propagation.status);
}

/** Of the painted trimap, else of the propagated one; 204 where there is neither. */
async function makeMatte(studio: Studio, { response, named }: Visit): Promise<void> {
  const { clip, full, painted, propagation, preview } = studio;
  const index = indexOf(clip, named[0]);
  const number = clip.firstNumber + index;
  const trimap = (await painted.trimapOf(number)) ?? (await propagation.trimapOf(number));
  if (!trimap) {
    response.writeHead(204).end();
    return;
  }
  sendJson(response, await preview.matte({ image: await full.read(index), trimap: trimap.slice() }));
}

function sendMatte({ preview }: Studio, { response, named: [id, kind] }: Visit): void {
  const pictures = preview.pictures(id!);
  if (!pictures) throw new Refused(404, 'This matte is not kept any more.');
  sendPicture(response, 'image/png', pictures[kind as keyof typeof pictures]);
}

function sendPicture(response: ServerResponse, type: string, content: Buffer): void {
  response.writeHead(200, { 'Content-Type': type, 'Cache-Control': KEEP }).end(content);
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

function indexOf({ firstNumber, frameCount }: Studio['clip'], number: string | undefined): number {
  const index = Number(number) - firstNumber;
  if (index >= 0 && index < frameCount) return index;
  throw new Refused(404, 'The clip has no such frame.');
}
