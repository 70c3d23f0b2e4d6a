import { createHash, randomBytes } from 'node:crypto';
import { link, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { MatteflowError } from '../core/errors.js';

/** An output under its temporary name: it becomes visible complete, or never. Ends with `publish` or `discard`. */
export interface StagedOutput {
  /** Where to write: a file that exists and is empty, or an empty folder, beside the final name. */
  readonly temporary: string;
  /**
   * Brings what was written safely to the disk and gives it its final name.
   *
   * @throws MatteflowError `OUTPUT_EXISTS` when something has taken that name meanwhile; `OUTPUT_UNWRITABLE`
   */
  readonly publish: () => Promise<void>;
  /** Removes what was written. Does nothing once it is published. */
  readonly discard: () => Promise<void>;
}

/**
 * Proves that an output can be written before any work is done, by making its temporary file or folder (and the
 * folders above it). An empty folder counts as nothing there.
 *
 * @param options.within - a folder on the same disk to hold the temporary file; beside the final name unless given
 * @throws MatteflowError `OUTPUT_EXISTS` when something is there and `overwrite` is false; `OUTPUT_UNWRITABLE`
 */
export async function stageOutput(
  path: string,
  { kind, overwrite, within }: { kind: 'file' | 'folder'; overwrite: boolean; within?: string },
): Promise<StagedOutput> {
  const final = resolve(path);
  const temporary =
    within === undefined ? temporaryName(final) : temporaryName(join(within, basename(final)));
  try {
    await mkdir(dirname(final), { recursive: true });
    if (!(await replaceable(final, kind, overwrite))) throw exists(path);
    if (kind === 'folder') await mkdir(temporary);
    else await (await open(temporary, 'wx')).close();
  } catch (error) {
    // A name that is taken here is a file where a folder above should be.
    throw error instanceof MatteflowError ? error : unwritable(error, path);
  }
  return {
    temporary,
    publish: async () => {
      try {
        await toDisk(temporary, kind);
        if (overwrite) await replace(temporary, final);
        else if (kind === 'folder') await rename(temporary, final);
        else await linkInto(temporary, final);
        await syncFolder(dirname(final));
      } catch (error) {
        throw publishError(error, path);
      }
    },
    discard: () => rm(temporary, { recursive: true, force: true }),
  };
}

/** The machine, in eight digits. */
const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/** Who writes under a temporary name. */
export interface TemporaryOwner {
  /** Whether it is, or was, a process of this machine. */
  readonly here: boolean;
  readonly pid: number;
}

/**
 * A name beside `final` to write under: hidden, unique to this attempt, and with the extension that tells writers the
 * format. It says who made it, so that `temporaryOwner` can tell what a crash has left.
 */
export function temporaryName(final: string): string {
  const extension = extname(final);
  const unique = `${process.pid}-${HOST}${randomBytes(4).toString('hex')}`;
  return join(dirname(final), `.${basename(final, extension)}.${unique}.part${extension}`);
}

/** Who made a file or folder of this name; undefined for a name that is not temporary. */
export function temporaryOwner(name: string): TemporaryOwner | undefined {
  const [, pid, host] = /^\..*\.(\d+)-([0-9a-f]{8})[0-9a-f]{8}\.part(?:\.\w+)?$/s.exec(name) ?? [];
  return pid === undefined ? undefined : { here: host === HOST, pid: Number(pid) };
}

async function replaceable(final: string, kind: 'file' | 'folder', overwrite: boolean): Promise<boolean> {
  const there = await lstat(final).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (!there) return true;
  if (kind === 'folder') return there.isDirectory() && (overwrite || (await readdir(final)).length === 0);
  return overwrite && !there.isDirectory();
}

async function toDisk(path: string, kind: 'file' | 'folder'): Promise<void> {
  if (kind === 'file') return syncFile(path);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    await toDisk(join(path, entry.name), entry.isDirectory() ? 'folder' : 'file');
  }
  await syncFolder(path);
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A new name is safe only when its folder is. Windows opens no folders, and needs none. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** `link` refuses a name that is taken, where `rename` would replace it without a word. */
async function linkInto(temporary: string, final: string): Promise<void> {
  try {
    await link(temporary, final);
  } catch (error) {
    const noHardLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];
    if (!noHardLinks.includes(codeOf(error) ?? '')) throw error;
    if (!(await replaceable(final, 'file', false))) throw exists(final);
    await rename(temporary, final);
    return;
  }
  await rm(temporary);
}

/** A file is replaced in one step; a folder cannot be, so the old one is set aside until the new one is in place. */
async function replace(temporary: string, final: string): Promise<void> {
  try {
    await rename(temporary, final);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(codeOf(error) ?? '')) throw error;
    const old = temporaryName(final);
    await rename(final, old);
    try {
      await rename(temporary, final);
    } catch (second) {
      await rename(old, final);
      throw second;
    }
    await rm(old, { recursive: true });
  }
}

function publishError(error: unknown, path: string): MatteflowError {
  if (error instanceof MatteflowError) return error;
  const taken = ['EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EISDIR'].includes(codeOf(error) ?? '');
  return taken ? exists(path, error) : unwritable(error, path);
}

function unwritable(error: unknown, path: string): MatteflowError {
  return new MatteflowError('OUTPUT_UNWRITABLE', {
    what: 'the output cannot be written',
    seen: codeOf(error) ?? String(error),
    remedy: 'Choose a folder that you may write to, on a disk with room',
    subject: path,
    cause: error,
  });
}

function exists(path: string, cause?: unknown): MatteflowError {
  return new MatteflowError('OUTPUT_EXISTS', {
    what: 'the output exists already',
    remedy: 'Choose another name, or ask for it to be overwritten',
    subject: path,
    cause,
  });
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
