import type { IncomingMessage, ServerResponse } from 'node:http';
import { asError, MatteflowError } from '../core/errors.js';
import { readBytes, Refused } from '../core/local-request.js';
import type { KeyframeDesk } from './keyframe-desk.js';
import type { Role } from './viewer-gate.js';

const JPEG_QUALITY = 92;
const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** Who asks, and where. */
export interface KeyframeRequest {
  /** Below the server: `/keyframe` or `/keyframe/NUMBER`. */
  readonly path: string;
  readonly role: Role | undefined;
  /** The origin of the pages served here. */
  readonly own: string;
}

/**
 * Answers an operator's page. `POST /keyframe` takes the present picture: a JPEG, whose trimap is at `Location`; there
 * `GET` gets the trimap it has so far, and `PUT` puts what was painted, both a byte a pixel.
 */
export async function answerKeyframe(
  request: IncomingMessage,
  response: ServerResponse,
  desk: Pick<KeyframeDesk, 'take' | 'picture' | 'paint'>,
  asked: KeyframeRequest,
): Promise<void> {
  try {
    check(request, asked);
    await answer(request, response, desk, asked.path);
  } catch (error) {
    const [status, message] =
      error instanceof Refused
        ? [error.status, error.message]
        : error instanceof MatteflowError
          ? [error.code === 'INPUT_MISSING' ? 409 : 422, error.message]
          : [500, asError(error).message];
    if (response.headersSent) response.destroy();
    // The rest of a body that is not wanted is not waited for.
    else
      response
        .writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain', Connection: 'close' })
        .end(message);
  }
}

function check({ method, headers }: IncomingMessage, { role, own }: KeyframeRequest): void {
  if (!role) throw new Refused(401, 'The address lacks a key, or the key has expired.');
  if (role !== 'operator') throw new Refused(403, 'Viewers only look.');
  // Browsers say where whatever changes something comes from.
  if (method !== 'GET' && headers.origin !== own) throw new Refused(403, 'Another site asked.');
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  desk: Pick<KeyframeDesk, 'take' | 'picture' | 'paint'>,
  path: string,
): Promise<void> {
  const { method } = request;
  const number = /^\/keyframe\/(\d{1,9})$/.exec(path)?.[1];
  if (path === '/keyframe' && method === 'POST') {
    const { rgb, width, height, number: taken } = await desk.take();
    const { default: sharp } = await import('sharp');
    const picture = sharp(rgb, { raw: { width, height, channels: 3 } });
    const body = await picture.jpeg({ quality: JPEG_QUALITY, chromaSubsampling: '4:4:4' }).toBuffer();
    response.writeHead(201, { ...HEADERS, 'Content-Type': 'image/jpeg', Location: `/keyframe/${taken}` });
    response.end(body);
    return;
  }
  if (number === undefined) throw new Refused(404, 'There is nothing here.');
  const picture = desk.picture(Number(number));
  if (method === 'GET' && picture) {
    response.writeHead(200, { ...HEADERS, 'Content-Type': 'application/octet-stream' }).end(picture.trimap);
  } else if (method === 'PUT') {
    const painted = picture && (await readBytes(request, picture.width * picture.height));
    await desk.paint(Number(number), painted ?? new Uint8Array());
    response.writeHead(204, HEADERS).end();
  } else
    throw picture ? new Refused(405, 'GET and PUT only.') : new Refused(404, 'There is no such picture.');
}
