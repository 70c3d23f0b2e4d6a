import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));

/** What a run of the command line took. */
export interface MeasuredRun {
  /** The most resident memory Node ever had, MB (2²⁰ bytes); ffmpeg's own processes are not in it. */
  readonly peakMegabytes: number;
  /** What `--json` prints. */
  readonly result: unknown;
}

/**
 * Runs the command line as a person would, in a process of its own, and watches its memory (Linux).
 *
 * @throws Error when it fails; what it had to say went to stderr
 */
export function measuredRun(args: readonly string[]): Promise<MeasuredRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args, '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let peakMegabytes = 0;
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    const poll = setInterval(() => {
      readFile(`/proc/${child.pid}/status`, 'utf8').then(
        (status) => (peakMegabytes = Math.max(peakMegabytes, peakOf(status))),
        () => undefined,
      );
    }, 100);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(poll);
      if (code === 0) resolve({ peakMegabytes, result: JSON.parse(output) as unknown });
      else reject(new Error(`matteflow ${args.join(' ')} ended with ${code}`));
    });
  });
}

/** The kernel's own high-water mark, so that reading it now and then misses nothing but the very end. */
function peakOf(status: string): number {
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
