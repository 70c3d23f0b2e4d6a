import { createHash, randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Closer } from './closers.js';

/** Who holds a lock. */
export interface Holder {
  readonly host: string;
  readonly pid: number;
  /** When the process began, as its system counts: numbers of processes are used again. "" where there is no /proc. */
  readonly began: string;
  /** ISO 8601. */
  readonly since: string;
}

/**
 * Takes a lock that one run at a time may hold: a file that names its holder. One whose holder has died on this machine is
 * taken over. Only who holds a lock on the dead holder's own text may do so, and then puts his name over it in one step: were it
 * removed first, two could follow each other into the gap.
 *
 * @param busy - the error for a lock that a running process holds, or one of another machine
 * @returns gives the lock back
 * @throws what `busy` makes; what the file system says
 */
export async function takeFileLock(path: string, busy: (holder: Holder) => Error): Promise<Closer> {
  const own: Holder = {
    host: hostname(),
    pid: process.pid,
    began: await beginningOf(process.pid),
    since: new Date().toISOString(),
  };
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, JSON.stringify(own));
  try {
    // Unlike a file that is created and then written, a link is never seen empty.
    while (!(await linked(draft, path))) {
      const text = await readFile(path, 'utf8').catch(() => undefined);
      // Given back between the two.
      if (text === undefined) continue;
      const holder = parse(text);
      if (holder && !(await isDead(holder))) throw busy(holder);
      if (await takenOver(path, text, draft, busy)) break;
    }
  } finally {
    await rm(draft, { force: true });
  }
  return () => rm(path, { force: true });
}

/** Puts the draft in the place of a dead holder's lock; false when another has done so meanwhile. */
async function takenOver(
  path: string,
  stale: string,
  draft: string,
  busy: (holder: Holder) => Error,
): Promise<boolean> {
  const unlock = await takeFileLock(`${path}.${createHash('sha256').update(stale).digest('hex')}`, busy);
  try {
    if ((await readFile(path, 'utf8').catch(() => undefined)) !== stale) return false;
    await rename(draft, path);
    return true;
  } finally {
    await unlock();
  }
}

async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Nothing can be known of another machine's processes. */
async function isDead({ host, pid, began }: Holder): Promise<boolean> {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, and is somebody else's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return true;
  }
  const now = await beginningOf(pid);
  // Where processes of others are hidden, it may be the holder.
  return now !== '' && now !== began;
}

/** Clock ticks from the system's start to the process's (proc(5), field 22); "" where there is no /proc. */
async function beginningOf(pid: number): Promise<string> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field, in brackets, is the program's name and may hold anything.
  return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** Undefined for what was not written by us whole: it names nobody. */
function parse(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Partial<Holder> | null;
    return holder?.pid === undefined ? undefined : (holder as Holder);
  } catch {
    return undefined;
  }
}
