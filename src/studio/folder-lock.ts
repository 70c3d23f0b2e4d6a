import type { Closer } from '../core/closers.js';
import { MatteflowError } from '../core/errors.js';
import { takeFileLock } from '../core/file-lock.js';

/**
 * Keeps a second studio out of a folder: each would overwrite the other's drafts. What a studio that was killed has left
 * does not count.
 *
 * @param path - a file that names the process while the folder is in use
 * @returns gives the folder free
 * @throws MatteflowError `USAGE` when another process that is alive has it; `OUTPUT_UNWRITABLE`
 */
export async function lockFolder(path: string): Promise<Closer> {
  try {
    return await takeFileLock(path, ({ pid }) => {
      return new MatteflowError('USAGE', {
        what: 'another studio paints in this folder',
        seen: `process ${pid}`,
        remedy: 'Use its page, or end it first',
        subject: path,
      });
    });
  } catch (cause) {
    if (cause instanceof MatteflowError) throw cause;
    throw new MatteflowError('OUTPUT_UNWRITABLE', {
      what: 'the folder cannot be marked as in use',
      subject: path,
      cause,
    });
  }
}
