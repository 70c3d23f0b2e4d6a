import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { SocketHub } from '../output/socket-hub.js';
import { parseCommand, type ViewerCommand } from './commands.js';
import type { KeyframeDesk } from './keyframe-desk.js';
import { answerKeyframe } from './keyframe-requests.js';
import { closeServer, listenOn } from './listen.js';
import { addressOf, keyOf, type Role, type ViewerGate } from './viewer-gate.js';
import { viewerFiles, type ViewerFile } from './viewer-page.js';

/** Bytes of the longest message a viewer may send. */
const MOST_BYTES = 4096;
/** Milliseconds between pings; whoever has not answered the last one is gone. */
const HEARTBEAT = 5000;
/** Milliseconds viewers have to say goodbye. */
const FAREWELL = 500;

export interface ViewerServerOptions {
  readonly host: string;
  readonly port: number;
  /** PEM. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly gate: ViewerGate;
  readonly hub: SocketHub;
  readonly desk: Pick<KeyframeDesk, 'take' | 'picture' | 'paint'>;
  readonly onCommand: (command: ViewerCommand) => void;
  readonly onRefused: (why: string) => void;
}

/** The page and the sockets of those who watch. */
export interface ViewerServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves the viewer's page, and the stream to whoever the gate lets in. @throws MatteflowError `USAGE` */
export async function serveViewers(options: ViewerServerOptions): Promise<ViewerServer> {
  const { tls, host, hub, gate, desk } = options;
  const files = await viewerFiles();
  const originOf = ({ headers }: IncomingMessage): string =>
    `${tls ? 'https' : 'http'}://${headers.host ?? ''}`;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const path = addressOf(request)?.pathname ?? '';
    const role = gate.roleOf(keyOf(request), Date.now());
    if (!path.startsWith('/keyframe')) respond(files, { path, role }, request, response);
    else void answerKeyframe(request, response, desk, { path, role, own: originOf(request) });
  };
  const server: Server = tls ? createSecureServer({ ...tls }, answer) : createServer(answer);
  server.maxHeadersCount = 100;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_BYTES, perMessageDeflate: false });

  server.on('upgrade', (request, socket: Duplex, head) => {
    const admission = gate.admit(request, [originOf(request)], Date.now());
    if ('status' in admission) {
      options.onRefused(admission.why);
      socket.on('error', () => socket.destroy());
      socket.end(
        `HTTP/1.1 ${admission.status} ${admission.why}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      );
      return;
    }
    sockets.handleUpgrade(request, socket, head, (viewer) => {
      const leave = gate.enter(request);
      viewer.on('close', leave);
      attend(viewer, admission.role, options);
      hub.add(viewer);
    });
  });
  const heartbeat = setInterval(() => beat(sockets.clients), HEARTBEAT);
  const port = await listenOn(server, { host, port: options.port }, '--http');
  return {
    port,
    close: async () => {
      clearInterval(heartbeat);
      for (const viewer of sockets.clients) viewer.close(1001, 'the server ends');
      const patience = setTimeout(() => {
        for (const viewer of sockets.clients) viewer.terminate();
      }, FAREWELL);
      await closeServer(server);
      clearTimeout(patience);
      for (const viewer of sockets.clients) viewer.terminate();
    },
  };
}

/** Those that have answered since the last ping. */
const alive = new WeakSet<WebSocket>();

function attend(viewer: WebSocket, role: Role, { onCommand }: ViewerServerOptions): void {
  alive.add(viewer);
  viewer.send(JSON.stringify({ kind: 'welcome', role }));
  viewer.on('pong', () => alive.add(viewer));
  // What breaks the protocol closes its connection, and says so here first.
  viewer.on('error', () => undefined);
  viewer.on('message', (data, binary) => {
    const command = binary ? undefined : parseCommand((data as Buffer).toString('utf8'));
    if (!command) viewer.close(1008, 'not a command');
    else if (role !== 'operator') viewer.close(1008, 'viewers only look');
    else onCommand(command);
  });
}

function beat(viewers: Iterable<WebSocket>): void {
  for (const viewer of viewers) {
    if (!alive.delete(viewer)) viewer.terminate();
    else viewer.ping();
  }
}

function respond(
  files: ReadonlyMap<string, ViewerFile>,
  { path, role }: { readonly path: string; readonly role: Role | undefined },
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const file = files.get(path);
  if (request.method !== 'GET') response.writeHead(405, { Connection: 'close' }).end();
  else if (!file) response.writeHead(404).end();
  else if (path === '/' && !role) {
    response.writeHead(401, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end(
      'The address lacks a key, or the key has expired. Use the address that matteflow live printed.',
    );
  } else response.writeHead(200, file.headers).end(file.body);
}
