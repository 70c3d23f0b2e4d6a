import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { filesHash } from '../core/content-hash.js';
import { MatteflowError } from '../core/errors.js';
import { listPictures } from '../ingest/numbered.js';
import { isWithin } from './contained-path.js';
import type { HashCache } from './hash-cache.js';

/**
 * `contentHash` of what lies in the root, out of which nothing in it may lead; of a pattern (`shot.%04d.png`), that of the
 * pictures it names.
 *
 * @param root - a folder's entries may be links, but not out of it
 * @throws `USAGE` for a link that leads out of the root; `INPUT_UNSUPPORTED` for what is neither file nor folder, such as
 *   a pipe; `INPUT_MISSING`
 */
export async function containedHash(path: string, hashes: HashCache, root: string): Promise<string> {
  const hashOf = (file: string): Promise<string> => hashes.hash(file);
  if (/%\d*d/.test(basename(path))) {
    const pictures = await listPictures(dirname(path), basename(path), path);
    const names = pictures.map(({ name }) => name);
    return filesHash(dirname(path), await containedFiles(dirname(path), names, root), hashOf);
  }
  const kind = await kindOf(path);
  if (kind === 'file') return hashOf(path);
  if (kind !== 'folder') throw noFile(path);
  const names = (await readdir(path)).filter((name) => !name.startsWith('.')).sort();
  return filesHash(path, await containedFiles(path, names, root), hashOf);
}

/** Those of a folder's entries that are files. */
async function containedFiles(folder: string, names: readonly string[], root: string): Promise<string[]> {
  const files: string[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const kind = await kindOf(path);
    if (kind === 'folder') continue;
    requireInside(root, await realpath(path), path);
    if (kind === 'other') throw noFile(path);
    files.push(name);
  }
  return files;
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'other'> {
  try {
    const found = await stat(path);
    return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
  } catch (cause) {
    throw new MatteflowError('INPUT_MISSING', { what: 'it cannot be opened', subject: path, cause });
  }
}

function noFile(subject: string): MatteflowError {
  return new MatteflowError('INPUT_UNSUPPORTED', { what: 'this is neither a file nor a folder', subject });
}

function requireInside(root: string, real: string, path: string): void {
  if (isWithin(root, real)) return;
  throw new MatteflowError('USAGE', {
    what: 'a link in the folder leads out of the root',
    expected: `files in ${root}`,
    subject: path,
  });
}
