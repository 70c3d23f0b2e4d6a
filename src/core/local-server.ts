import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MatteflowError } from './errors.js';
import { checkRequest, Refused } from './local-request.js';

/** A server that only this machine reaches. */
export interface LocalServer {
  /** "http://127.0.0.1:49152/" */
  readonly url: string;
  readonly port: number;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** Answers a request that has been checked; what it throws becomes a refusal. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Serves on the loopback address, to pages of its own alone (`checkRequest`).
 *
 * @param port - 0: any that is free
 * @throws MatteflowError `USAGE` when the port is taken
 */
export async function startLocalServer(port: number, answer: Answer): Promise<LocalServer> {
  const server = createServer((request, response) => {
    void respond(answer, portOf(server), request, response);
  });
  await listen(server, port);
  return {
    url: `http://127.0.0.1:${portOf(server)}/`,
    port: portOf(server),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(
  answer: Answer,
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
    await answer(request, response);
  } catch (error) {
    // A picture that broke off halfway cannot be followed by a message.
    if (response.headersSent) response.destroy();
    else refuse(response, error);
  }
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
