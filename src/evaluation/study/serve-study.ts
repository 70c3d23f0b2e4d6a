import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { MatteflowError } from '../../core/errors.js';
import { Ballot } from './ballot.js';
import { checkRequest, readJson, Refused } from './guard.js';
import { BACKGROUNDS, readStudy, votesPath, type Study } from './study-file.js';
import { studyPage } from './study-page.js';
import { VotesFile } from './votes-file.js';

/** A study that can be taken part in. */
export interface StudyServer {
  /** To open in a browser on this machine. */
  readonly url: string;
  /** Votes on the disk, of earlier days too. */
  readonly votes: number;
  /** Ends all connections; votes under way are written. */
  close(): Promise<void>;
}

/**
 * Serves a study on this machine's loopback address alone: the page, the composites that the study names, and nothing
 * else. Every answer is on the disk before the next question is asked.
 *
 * @param options.port - default: any that is free
 * @throws MatteflowError `INPUT_MISSING`, `INPUT_DAMAGED`, `OUTPUT_UNWRITABLE`; `USAGE` when the port is taken
 */
export async function serveStudy(
  folder: string,
  { port = 0 }: { readonly port?: number } = {},
): Promise<StudyServer> {
  const study = await readStudy(folder);
  const page = await studyPage();
  const votes = await VotesFile.open(votesPath(folder));
  try {
    const routes: Routes = { folder, page, ballot: new Ballot(study, votes), files: servedFiles(study) };
    const server = createServer((request, response) => {
      void respond(routes, portOf(server), request, response);
    });
    await listen(server, port);
    return {
      url: `http://127.0.0.1:${portOf(server)}/`,
      get votes() {
        return votes.votes.length;
      },
      close: async () => {
        await new Promise((resolve) => {
          server.close(resolve);
          server.closeAllConnections();
        });
        await votes.close();
      },
    };
  } catch (error) {
    await votes.close();
    throw error;
  }
}

interface Routes {
  readonly folder: string;
  readonly page: string;
  readonly ballot: Ballot;
  readonly files: ReadonlySet<string>;
}

/** The composites. Cut-outs are for people who look into the folder. */
function servedFiles({ pictures }: Study): ReadonlySet<string> {
  const files = pictures.flatMap((picture) => Object.values(picture.files));
  return new Set(files.flatMap((each) => BACKGROUNDS.map((background) => each[background])));
}

async function respond(
  routes: Routes,
  port: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Cache-Control', 'no-store');
  try {
    checkRequest(request, port);
    await answer(routes, request, response);
  } catch (error) {
    // A picture that broke off halfway cannot be followed by a message.
    if (response.headersSent) response.destroy();
    else refuse(response, error);
  }
}

async function answer(
  { folder, page, ballot, files }: Routes,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (request.method === 'POST') {
    if (pathname !== '/votes') throw new Refused(404, 'There is no such thing.');
    await ballot.answer(await readJson(request));
    response.writeHead(204).end();
    return;
  }
  const file = pathname.slice('/composites/'.length);
  if (pathname === '/') {
    send(response, 'text/html; charset=utf-8', page);
  } else if (pathname === '/question') {
    send(response, 'application/json', JSON.stringify(ballot.question(searchParams.get('observer') ?? '')));
  } else if (pathname.startsWith('/composites/') && files.has(file)) {
    response.setHeader('Content-Type', 'image/png');
    await pipeline(createReadStream(join(folder, file)), response);
  } else {
    throw new Refused(404, 'There is no such thing.');
  }
}

function send(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, { 'Content-Type': type }).end(body);
}

/** What the fault was is for the person at the page; paths are not. */
function refuse(response: ServerResponse, error: unknown): void {
  const [status, message] =
    error instanceof Refused
      ? [error.status, error.message]
      : [500, error instanceof MatteflowError ? error.parts.what : 'The server failed.'];
  // The rest of a body that was too long is not waited for.
  response
    .writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' })
    .end(message);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        new MatteflowError('USAGE', {
          what: `port ${port} cannot be used`,
          seen: cause.code,
          remedy: 'Choose another, or leave it to the system',
          cause,
        }),
      );
    });
    server.listen({ port, host: '127.0.0.1' }, resolve);
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
