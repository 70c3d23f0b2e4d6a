import { createServer } from 'node:http';
import type { LiveMetrics } from './metrics.js';
import { closeServer, listenOn } from './listen.js';

/** Says on the loopback address whether the service is well, and how it goes. */
export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * `/health` and `/metrics`, for this machine alone.
 *
 * @param health - what `/health` answers; `ok: false` is 503
 * @param port - 0: any that is free
 * @throws MatteflowError `USAGE` when the port cannot be had
 */
export async function serveHealth(
  port: number,
  metrics: LiveMetrics,
  health: () => { readonly ok: boolean },
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    void (async () => {
      if (request.method !== 'GET') response.writeHead(405).end();
      else if (request.url === '/metrics') {
        const { type, body } = await metrics.text();
        response.writeHead(200, { 'Content-Type': type }).end(body);
      } else if (request.url === '/health') {
        const state = health();
        response.writeHead(state.ok ? 200 : 503, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify(state));
      } else response.writeHead(404).end();
    })();
  });
  const bound = await listenOn(server, { host: '127.0.0.1', port }, '--health');
  return { port: bound, close: () => closeServer(server) };
}
