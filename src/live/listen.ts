import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MatteflowError } from '../core/errors.js';

/**
 * Begins to listen.
 *
 * @param flag - with which a person chooses another port
 * @returns the port
 * @throws MatteflowError `USAGE` when it cannot be had
 */
export function listenOn(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
  flag: string,
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        new MatteflowError('USAGE', {
          what: `nothing can listen on ${host}, port ${port}`,
          seen: cause.code,
          remedy: `Choose another with ${flag}, or end what uses this one`,
          cause,
        }),
      );
    });
    server.listen({ host, port }, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Ends all connections and stops to listen. */
export async function closeServer(server: Server): Promise<void> {
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
}
