import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Bytes read at once. */
const BLOCK = 2 ** 20;

/**
 * SHA-256, in hexadecimal, of what a file holds; of a folder, of its files' names and what they hold (hidden files and
 * folders within it are passed over).
 *
 * @throws what the file system says when something cannot be read; the signal's reason when it fires
 */
export async function contentHash(path: string, signal?: AbortSignal): Promise<string> {
  if (!(await stat(path)).isDirectory()) return fileHash(path, signal);
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'));
  return filesHash(path, names.map(({ name }) => name).sort(), (file) => fileHash(file, signal));
}

/**
 * The same of files of one folder, by their names in this order.
 *
 * @param hashOf - the SHA-256 of a file, by its path: `fileHash`, or one that remembers
 */
export async function filesHash(
  folder: string,
  names: readonly string[],
  hashOf: (path: string) => Promise<string>,
): Promise<string> {
  const hash = createHash('sha256');
  for (const name of names) hash.update(`${name}\0${await hashOf(join(folder, name))}\0`);
  return hash.digest('hex');
}

/** SHA-256, in hexadecimal, of a file's bytes. */
export async function fileHash(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: BLOCK }), hash, { ...(signal && { signal }) });
  return hash.digest('hex');
}
