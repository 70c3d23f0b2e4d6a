import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { asError, MatteflowError } from '../core/errors.js';

/**
 * The real place of a path below `root`, symbolic links followed: one that leads out of the root is refused, however it
 * gets there. The last part may be a pattern of numbered pictures (`shot.%04d.png`). Somebody who can exchange folders
 * between this check and the reading can read what this process can: the tree is to be trusted, the manifest need not be.
 *
 * @param root - a real path, as `realRoot` gives it
 * @param subject - where the path stands, for messages
 * @throws `USAGE` for a place outside the root; `INPUT_MISSING` when nothing is there
 */
export async function containedPath(root: string, path: string, subject: string): Promise<string> {
  const wanted = resolve(root, path);
  const real = /%\d*d/.test(basename(wanted))
    ? join(await realOf(dirname(wanted), path, subject), basename(wanted))
    : await realOf(wanted, path, subject);
  if (isWithin(root, real)) return real;
  throw new MatteflowError('USAGE', {
    what: 'the path leads out of the root',
    seen: path,
    expected: `a file or folder in ${root}`,
    remedy: 'Put it there, or name another root with --root',
    subject,
  });
}

/** The root's real path. @throws `INPUT_MISSING` */
export function realRoot(root: string): Promise<string> {
  return realOf(root, root, 'the root');
}

/** Whether a real path lies in the root or is the root. */
export function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

async function realOf(path: string, named: string, subject: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw new MatteflowError('INPUT_MISSING', {
      what: `${named} cannot be opened`,
      seen: (error as NodeJS.ErrnoException).code ?? asError(error).message,
      subject,
      cause: error,
    });
  }
}
