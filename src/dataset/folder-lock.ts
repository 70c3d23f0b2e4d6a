import type { Closer } from '../core/closers.js';
import { MatteflowError } from '../core/errors.js';
import { takeFileLock } from '../core/file-lock.js';

/**
 * Keeps a second run out of a data set.
 *
 * @returns gives it back
 * @throws MatteflowError `OUTPUT_EXISTS` when another run holds it
 */
export function lockDataset(path: string): Promise<Closer> {
  return takeFileLock(
    path,
    ({ pid, host, since }) =>
      new MatteflowError('OUTPUT_EXISTS', {
        what: 'another run is at work on this data set',
        seen: `process ${pid} on ${host}, since ${since}`,
        remedy: 'Wait for it, or remove this file if that machine is gone',
        subject: path,
      }),
  );
}
