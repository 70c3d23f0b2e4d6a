import { createHash } from 'node:crypto';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { MatteflowError } from '../core/errors.js';
import { listPictures } from '../ingest/numbered.js';
import { isWithin } from './contained-path.js';
import type { HashCache } from './hash-cache.js';

/**
 * SHA-256 of a file's bytes; of a folder, the names and hashes of the files in it, folders below left out; of a pattern,
 * the same of the pictures it names.
 *
 * @param root - a folder's entries may be links, but not out of it; undefined for what is our own
 * @throws `USAGE` for a link that leads out of the root; `INPUT_UNSUPPORTED` for what is neither file nor folder, such as
 *   a pipe; `INPUT_MISSING`
 */
export async function hashContent(path: string, hashes: HashCache, root?: string): Promise<string> {
  if (/%\d*d/.test(basename(path))) {
    const folder = dirname(path);
    const pictures = await listPictures(folder, basename(path), path);
    return hashEntries(
      folder,
      pictures.map(({ name }) => name),
      hashes,
      root,
    );
  }
  const kind = await kindOf(path);
  if (kind === 'file') return hashes.hash(path);
  if (kind === 'folder') {
    const names = (await readdir(path)).filter((name) => !name.startsWith('.'));
    return hashEntries(path, names.sort(), hashes, root);
  }
  throw new MatteflowError('INPUT_UNSUPPORTED', {
    what: 'this is neither a file nor a folder',
    subject: path,
  });
}

async function hashEntries(
  folder: string,
  names: readonly string[],
  hashes: HashCache,
  root: string | undefined,
): Promise<string> {
  const total = createHash('sha256');
  for (const name of names) {
    const path = join(folder, name);
    const kind = await kindOf(path);
    if (kind === 'folder') continue;
    if (root !== undefined) requireInside(root, await realpath(path), path);
    if (kind === 'other') {
      throw new MatteflowError('INPUT_UNSUPPORTED', { what: 'this is no file', subject: path });
    }
    total.update(`${name}\0${await hashes.hash(path)}\n`);
  }
  return total.digest('hex');
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'other'> {
  try {
    const found = await stat(path);
    return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
  } catch (cause) {
    throw new MatteflowError('INPUT_MISSING', { what: 'it cannot be opened', subject: path, cause });
  }
}

function requireInside(root: string, real: string, path: string): void {
  if (isWithin(root, real)) return;
  throw new MatteflowError('USAGE', {
    what: 'a link in the folder leads out of the root',
    expected: `files in ${root}`,
    subject: path,
  });
}
