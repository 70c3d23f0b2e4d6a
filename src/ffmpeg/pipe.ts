import { execFile } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket, type ConnectOpts, type SocketConstructorOpts } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ByteFlow } from './byte-flow.js';

const run = promisify(execFile);

/** What the system keeps in a pipe, bytes: no read gives more. */
const PIPE_BYTES = 2 ** 16;

/** Both ends of a pipe, as file descriptors. Each is to be closed once. */
export interface Pipe {
  /** Does not block. */
  readonly readEnd: number;
  readonly writeEnd: number;
}

/**
 * Opens a pipe to give to a child; undefined where the system has no `mkfifo` or no place for one (Windows).
 *
 * Node makes sockets for its children instead, and reads them into a new buffer of 64 KB each time: at 720p and fifty
 * frames a second the collector then takes as long as all else in the main thread.
 */
export async function openPipe(): Promise<Pipe | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'matteflow-pipe-')).catch(() => undefined);
  if (folder === undefined) return undefined;
  const name = join(folder, 'pipe');
  try {
    await run('mkfifo', ['-m', '600', name]);
    return openEnds(name);
  } catch {
    return undefined;
  } finally {
    // Open ends need no name.
    await rm(folder, { recursive: true, force: true });
  }
}

function openEnds(name: string): Pipe {
  // A reader that blocks would wait for a writer, and a writer for a reader.
  const readEnd = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return { readEnd, writeEnd: openSync(name, constants.O_WRONLY) };
  } catch (error) {
    closeSync(readEnd);
    throw error;
  }
}

/** The bytes that come out of a pipe, always in the same memory. Owns the descriptor from now on. */
export function pipeFlow(readEnd: number): ByteFlow {
  let taken: (chunk: Uint8Array) => boolean = () => false;
  // A connection's options are the socket's own: `net.connect` hands them on.
  const options: SocketConstructorOpts & ConnectOpts = {
    fd: readEnd,
    readable: true,
    writable: false,
    onread: {
      buffer: new Uint8Array(PIPE_BYTES),
      callback: (bytes, memory) => taken(memory.subarray(0, bytes)),
    },
  };
  const socket = new Socket(options);
  return {
    start: ({ take, end, fail }) => {
      taken = take;
      socket.on('end', end);
      socket.on('error', fail);
    },
    resume: () => {
      socket.resume();
    },
    destroy: () => {
      socket.destroy();
    },
  };
}
