import { readFile, rename, rm, writeFile, link } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { MatteflowError } from '../core/errors.js';

/** Who holds a lock. */
interface Holder {
  readonly host: string;
  readonly pid: number;
  /** When the process began, in the system's own ticks: process ids are used again. */
  readonly began: string;
  /** ISO 8601. */
  readonly since: string;
}

/** Attempts to take a lock that dead holders left: each can be lost to another run that does the same. */
const TRIES = 10;

/**
 * Takes a lock that one process on any machine can hold: a file that is made once. One whose holder has died on this machine
 * is taken over.
 *
 * @returns gives it back
 * @throws `OUTPUT_EXISTS` when another run holds it
 */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  const own: Holder = {
    host: hostname(),
    pid: process.pid,
    began: (await beginningOf(process.pid)) ?? '',
    since: new Date().toISOString(),
  };
  const text = `${JSON.stringify(own)}\n`;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    if (await place(path, text)) return () => rm(path, { force: true });
    const found = await readFile(path, 'utf8').catch(() => undefined);
    if (found === undefined) continue;
    if (!(await isAbandoned(found))) throw taken(path, found);
    await clear(path, found);
  }
  throw taken(path, '');
}

/** Complete at once: a lock that is seen says whose it is. */
async function place(path: string, text: string): Promise<boolean> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(temporary, text, { flag: 'wx' });
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary);
  }
}

/** Removes the lock that was found abandoned; one that has taken its place meanwhile is put back. */
async function clear(path: string, abandoned: string): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8')) !== abandoned) await link(aside, path).catch(() => undefined);
  await rm(aside);
}

async function isAbandoned(text: string): Promise<boolean> {
  const { host, pid, began } = parse(text);
  if (host !== hostname() || pid === undefined) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const now = await beginningOf(pid);
  return now !== undefined && now !== began;
}

/** Field 22 of /proc/PID/stat; undefined where there is no such thing. */
async function beginningOf(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field, the program's name, may hold spaces.
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19];
}

function taken(path: string, text: string): MatteflowError {
  const { host, pid, since } = parse(text);
  return new MatteflowError('OUTPUT_EXISTS', {
    what: 'another run is at work on this data set',
    seen:
      pid === undefined ? undefined : `process ${pid} on ${host ?? 'a machine'}, since ${since ?? 'then'}`,
    remedy: 'Wait for it, or remove this file if that machine is gone',
    subject: path,
  });
}

function parse(text: string): Partial<Holder> {
  try {
    return JSON.parse(text) as Partial<Holder>;
  } catch {
    return {};
  }
}
