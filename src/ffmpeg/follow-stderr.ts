import { createInterface } from 'node:readline';
import { aborted, throwIfAborted } from '../core/errors.js';
import { ffmpegArguments, type FfmpegEnd, type FfmpegJob } from './process.js';
import { spawnTool } from './spawn.js';
import { terminate } from './terminate.js';
import type { Ffmpeg } from './tools.js';

/** An output of text that goes where ffmpeg's messages go, each in its turn. */
export const AMONG_MESSAGES: FfmpegEnd = { verbatim: 'pipe:2' };

/**
 * Runs a job to its end, whatever it comes to, and hands on line by line what it writes to stderr: its messages, and what an
 * output to `AMONG_MESSAGES` writes between them.
 *
 * @throws MatteflowError `ABORTED`
 */
export async function followStderr(
  ffmpeg: Ffmpeg,
  job: FfmpegJob,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<void> {
  throwIfAborted(signal);
  // The last level given counts: no line is held back until the next one differs.
  const globalOptions = ['-loglevel', 'repeat+error', ...(job.globalOptions ?? [])];
  const args = ffmpegArguments({ ...job, globalOptions });
  const { child, exit } = spawnTool(ffmpeg.ffmpeg, args, { stdin: false, stdout: false });
  const stop = (): void => terminate(child);
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (child.stderr) {
      const lines = createInterface({ input: child.stderr, crlfDelay: Infinity });
      const closed = new Promise((resolve) => lines.once('close', resolve));
      lines.on('line', onLine);
      await closed;
    }
    await exit;
    if (signal.aborted) throw aborted(signal.reason);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
