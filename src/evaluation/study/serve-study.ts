import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readJson, Refused } from '../../core/local-request.js';
import { startLocalServer } from '../../core/local-server.js';
import { Ballot } from './ballot.js';
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
    const server = await startLocalServer(port, (request, response) => answer(routes, request, response));
    return {
      url: server.url,
      get votes() {
        return votes.votes.length;
      },
      close: async () => {
        await server.close();
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
