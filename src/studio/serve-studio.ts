import { startLocalServer } from '../core/local-server.js';
import { Access } from './access.js';
import { answerStudio } from './answer-studio.js';
import { readPageFiles } from './page-files.js';
import { openStudio, type StudioOptions } from './studio.js';

/** A studio that can be painted in. */
export interface StudioServer {
  /** To open in a browser on this machine; it holds the key to this run. */
  readonly url: string;
  /** Where keyframes are saved. */
  readonly folder: string;
  /** Numbers of the frames that are keyframes on the disk, and of those that are drafts still. */
  frames(): { readonly saved: readonly number[]; readonly drafts: readonly number[] };
  /** Ends all connections, when what was painted is on the disk. */
  close(): Promise<void>;
}

/**
 * Serves the studio of a clip on this machine's loopback address alone, to whoever has the address it returns.
 *
 * @param options.port - default: any that is free
 * @throws MatteflowError what `openStudio` throws; `USAGE` when the port is taken
 */
export async function serveStudio(
  options: StudioOptions & { readonly port?: number },
): Promise<StudioServer> {
  const pages = await readPageFiles();
  const studio = await openStudio(options);
  const access = new Access();
  try {
    const server = await startLocalServer(options.port ?? 0, async (request, response) => {
      if (access.admit(request, response, server.port)) return;
      await answerStudio(studio, pages, request, response);
    });
    const numbers = (saved: boolean): number[] =>
      studio.painted
        .list()
        .filter((frame) => frame.saved === saved)
        .map(({ number }) => number);
    return {
      url: access.invitation(server.url),
      folder: studio.folder,
      frames: () => ({ saved: numbers(true), drafts: numbers(false) }),
      close: async () => {
        await server.close();
        await studio.close();
      },
    };
  } catch (error) {
    await studio.close();
    throw error;
  }
}
