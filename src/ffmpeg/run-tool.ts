import { createInterface } from 'node:readline';
import { aborted, MatteflowError, throwIfAborted } from '../core/errors.js';
import { spawnTool, type Exit } from './spawn.js';
import { terminate } from './terminate.js';

/** Characters of output that are kept. */
const MOST_OUTPUT = 16 * 2 ** 20;

/** A finished tool's standard output, as text. `failure` is absent after exit code 0. */
export interface ToolResult extends Exit {
  /** "" where lines were taken one by one. */
  readonly stdout: string;
}

/**
 * Runs a tool that asks nothing and answers on stdout, to its end. A tool that fails or cannot be started resolves
 * too, with `failure` set: what that means is the caller's to say.
 *
 * @param onLine - takes the output line by line, which is then not kept
 * @throws MatteflowError `ABORTED`; `TOOL_FAILED` for an answer of more than 16 MB
 */
export async function runTool(
  binary: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
  onLine?: (line: string) => void,
): Promise<ToolResult> {
  if (signal) throwIfAborted(signal);
  const { child, exit } = spawnTool(binary, args, { stdin: false, stdout: true });
  const stop = (): void => terminate(child);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    let stdout = '';
    const keep = (line: string): void => {
      stdout += `${line}\n`;
      if (stdout.length > MOST_OUTPUT) stop();
    };
    if (child.stdout) {
      // Reading ends when the tool has closed its output, or was stopped.
      const lines = createInterface({ input: child.stdout, crlfDelay: Infinity });
      const closed = new Promise((resolve) => child.stdout?.once('close', resolve));
      lines.on('line', onLine ?? keep);
      await closed;
    }
    const end = await exit;
    if (signal?.aborted) throw aborted(signal.reason);
    if (stdout.length > MOST_OUTPUT) {
      throw new MatteflowError('TOOL_FAILED', { what: 'the answer is endless', subject: binary });
    }
    return { ...end, stdout };
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
