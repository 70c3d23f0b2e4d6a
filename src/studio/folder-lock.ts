import { open, readFile, rm } from 'node:fs/promises';
import { MatteflowError } from '../core/errors.js';

/**
 * Keeps a second studio out of a folder: each would overwrite the other's drafts. What a studio that was killed has left
 * does not count.
 *
 * @param path - a file that names the process while the folder is in use
 * @returns gives the folder free
 * @throws MatteflowError `USAGE` when another process that is alive has it; `OUTPUT_UNWRITABLE`
 */
export async function lockFolder(path: string): Promise<() => Promise<void>> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return () => rm(path, { force: true });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new MatteflowError('OUTPUT_UNWRITABLE', {
        what: 'the folder cannot be marked as in use',
        subject: path,
        cause,
      });
    }
  }
  const owner = Number(await readFile(path, 'utf8').catch(() => ''));
  // Our own number is an earlier process's, in a container that was started again.
  if (owner > 0 && owner !== process.pid && isAlive(owner)) {
    throw new MatteflowError('USAGE', {
      what: 'another studio paints in this folder',
      seen: `process ${owner}`,
      remedy: 'Use its page, or end it first',
      subject: path,
    });
  }
  await rm(path, { force: true });
  return lockFolder(path);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // There, but somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
