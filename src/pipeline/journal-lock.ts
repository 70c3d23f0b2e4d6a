import type { Closer } from '../core/closers.js';
import { MatteflowError } from '../core/errors.js';
import { takeFileLock } from '../core/file-lock.js';

/**
 * Keeps a second run from making an output.
 *
 * @returns gives the lock back
 * @throws MatteflowError `OUTPUT_BUSY` when a process that runs holds it, or one of another machine
 */
export function lockOutput(path: string, output: string): Promise<Closer> {
  return takeFileLock(
    path,
    ({ host, pid }) =>
      new MatteflowError('OUTPUT_BUSY', {
        what: 'another run is making this output',
        seen: `process ${pid} on ${host}`,
        remedy: `Wait for it, or choose another name. If it no longer runs, remove ${path}`,
        subject: output,
      }),
  );
}
