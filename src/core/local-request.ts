import type { IncomingMessage } from 'node:http';

/** A refusal, as HTTP says it. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Bytes of the largest body, unless more are let in. */
const MOST = 4096;

/**
 * Lets through what a page of this server asks for, and nothing another site makes a browser send: the name must be a
 * loopback one (a name that an attacker points here is not), and a request that says where it comes from must come from
 * here. What changes something must say so, and must be JSON, which another site cannot send unasked.
 *
 * @throws Refused 403, 405, 415
 */
export function checkRequest({ method, headers }: IncomingMessage, port: number): void {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (!hosts.includes(headers.host ?? '')) throw new Refused(403, 'This server is for this machine alone.');
  const own = `http://${headers.host ?? ''}`;
  if (headers.origin !== undefined && headers.origin !== own) throw new Refused(403, 'Another site asked.');
  const site = headers['sec-fetch-site'];
  // `none`: typed by a person, or a bookmark.
  if (site === 'cross-site' || site === 'same-site') throw new Refused(403, 'Another site asked.');
  if (method === 'GET') return;
  if (method !== 'POST') throw new Refused(405, 'GET and POST only.');
  if (headers.origin === undefined) throw new Refused(403, 'The request does not say where it comes from.');
  if (!/^application\/json(;|$)/i.test(headers['content-type'] ?? '')) throw new Refused(415, 'JSON only.');
}

/**
 * The body of a checked request.
 *
 * @param most - bytes that are let in
 * @throws Refused 400 when it is no JSON, 413 when it is too long
 */
export async function readJson(request: IncomingMessage, most: number = MOST): Promise<unknown> {
  const body = await readBytes(request, most);
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    throw new Refused(400, 'This is no JSON.');
  }
}

/** The body of a request, whatever it is. @param most - bytes that are let in @throws Refused 413 when it is longer */
export async function readBytes(request: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > most) throw new Refused(413, `At most ${most} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
