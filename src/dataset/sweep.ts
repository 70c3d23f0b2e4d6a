import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryOwner } from '../output/publish.js';
import { readRecord } from './clip-record.js';
import type { DatasetFolder } from './dataset-folder.js';

/** Milliseconds for which nothing was written to what a dead process of this machine has left. */
const QUIET_HERE = 10 * 60_000;
/** The same where a process cannot be asked for: longer than an attempt goes on without progress. */
const QUIET_ELSEWHERE = 24 * 3_600_000;

/**
 * Removes what attempts that crashed have left: temporary files and folders of processes of this machine that have ended,
 * or of other machines where nothing has been written for a day; and parts of clips that are finished. What belongs to a
 * process that lives is never touched, however long it has been silent.
 *
 * @param now - milliseconds since 1970
 * @returns the paths that were removed
 */
export async function sweep(folder: DatasetFolder, now: number = Date.now()): Promise<string[]> {
  const removed: string[] = [];
  const partFolders = await entriesOf(folder.allParts);
  for (const place of [...folder.places, ...partFolders.map((stem) => folder.parts(stem))]) {
    for (const name of await entriesOf(place)) {
      const path = join(place, name);
      if (!(await isAbandoned(path, name, now))) continue;
      await rm(path, { recursive: true, force: true });
      removed.push(path);
    }
  }
  for (const stem of partFolders) {
    const path = folder.parts(stem);
    const busy = (await entriesOf(path)).some((name) => temporaryOwner(name) !== undefined);
    if (busy || !(await readRecord(folder.record(stem)))) continue;
    await rm(path, { recursive: true, force: true });
    removed.push(path);
  }
  return removed;
}

async function isAbandoned(path: string, name: string, now: number): Promise<boolean> {
  const owner = temporaryOwner(name);
  if (!owner) return false;
  if (owner.here && isAlive(owner.pid)) return false;
  return now - (await lastWritten(path)) > (owner.here ? QUIET_HERE : QUIET_ELSEWHERE);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Of a file, or of a folder and what is in it; now, where it has gone. */
async function lastWritten(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return Infinity;
  if (!found.isDirectory()) return found.mtimeMs;
  const within = (await entriesOf(path)).map((name) => lastWritten(join(path, name)));
  return Math.max(found.mtimeMs, ...(await Promise.all(within)));
}

function entriesOf(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
