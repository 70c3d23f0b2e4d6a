import { readFile } from 'node:fs/promises';
import { MatteflowError } from '../core/errors.js';

/**
 * What a file that appears whole or not at all records; undefined when there is none.
 *
 * @param words - what an unreadable one is called, and what to do about it
 * @throws `INPUT_DAMAGED` for one that cannot be read
 */
export async function readRecordFile(
  path: string,
  words: { readonly what: string; readonly remedy: string },
): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new MatteflowError('INPUT_DAMAGED', { ...words, subject: path, cause });
  }
}
