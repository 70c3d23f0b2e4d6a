import { aborted, MatteflowError, throwIfAborted } from '../core/errors.js';
import { spawnTool, type Exit } from './spawn.js';
import { terminate } from './terminate.js';

/** Bytes of output that are taken: an hour of packets is about 10 MB of JSON. */
const MOST_OUTPUT = 256 * 2 ** 20;

/** A finished tool's whole standard output, as text. `failure` is absent after exit code 0. */
export interface ToolResult extends Exit {
  readonly stdout: string;
}

/**
 * Runs a tool that asks nothing and answers on stdout, to its end. A tool that fails or cannot be started resolves
 * too, with `failure` set: what that means is the caller's to say.
 *
 * @throws MatteflowError `ABORTED`; `TOOL_FAILED` for more than 256 MB of output
 */
export async function runTool(
  binary: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ToolResult> {
  if (signal) throwIfAborted(signal);
  const { child, exit } = spawnTool(binary, args, { stdin: false, stdout: true });
  const stop = (): void => terminate(child);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const chunks: Buffer[] = [];
    let bytes = 0;
    child.stdout?.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MOST_OUTPUT) stop();
    });
    const closed = new Promise<void>((resolve) => {
      if (!child.stdout || child.stdout.closed) resolve();
      else child.stdout.once('close', resolve);
    });
    const end = await exit;
    await closed;
    if (signal?.aborted) throw aborted(signal.reason);
    if (bytes > MOST_OUTPUT)
      throw new MatteflowError('TOOL_FAILED', { what: 'endless output', subject: binary });
    return { ...end, stdout: Buffer.concat(chunks).toString('utf8') };
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
