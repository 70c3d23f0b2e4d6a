import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Closer } from '../core/closers.js';
import { MatteflowError } from '../core/errors.js';

/** Who holds a lock. */
interface Holder {
  readonly host: string;
  readonly pid: number;
  /** When the process began, as its system counts; tells it from a later one that got its number. */
  readonly began: string;
}

/**
 * Takes a lock that one process at a time may hold: a file that names its holder. One whose holder has ended without
 * giving it back is taken over.
 *
 * @param subject - what a message calls that which is locked
 * @returns gives the lock back
 * @throws MatteflowError `OUTPUT_BUSY` when a process that runs holds it, or one of another machine
 */
export async function takeLock(path: string, subject: string): Promise<Closer> {
  const own: Holder = { host: hostname(), pid: process.pid, began: await beginning(process.pid) };
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, JSON.stringify(own));
  try {
    // Unlike a file that is created and then written, a link is never seen empty.
    while (!(await linked(draft, path))) {
      const text = await readFile(path, 'utf8').catch(() => undefined);
      // Given back between the two.
      if (text === undefined) continue;
      const holder = parse(text);
      if (holder && (await isAlive(holder, own))) throw busy(holder, path, subject);
      await removeStale(path, text);
    }
  } finally {
    await rm(draft);
  }
  return () => rm(path, { force: true });
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

/** Another run may have taken the stale lock over since it was read: that one's is put back. */
async function removeStale(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomBytes(4).toString('hex')}`;
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  if ((await readFile(aside, 'utf8')) !== stale) await linked(aside, path);
  await rm(aside);
}

async function isAlive(holder: Holder, own: Holder): Promise<boolean> {
  // Nothing can be known of another machine's processes.
  if (holder.host !== own.host) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it runs, and is somebody else's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return (await beginning(holder.pid)) === holder.began;
}

/** Clock ticks from the system's start to the process's (proc(5), field 22); "" where there is no /proc. */
async function beginning(pid: number): Promise<string> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field, in brackets, is the program's name and may hold anything.
  return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function parse(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

function busy({ host, pid }: Holder, path: string, subject: string): MatteflowError {
  return new MatteflowError('OUTPUT_BUSY', {
    what: 'another run is making this output',
    seen: `process ${pid} on ${host}`,
    remedy: `Wait for it, or choose another name. If it no longer runs, remove ${path}`,
    subject,
  });
}
