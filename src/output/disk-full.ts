import { statfs } from 'node:fs/promises';
import { asError, MatteflowError, type ErrorCode } from '../core/errors.js';

/** A disk with less than this is full: bytes. */
const LEAST_ROOM = 2 ** 20;

/** What a write that finds no room can end in: ffmpeg does not say why it stopped in a way that a program can rely on. */
const FAILED_WRITES: ReadonlySet<ErrorCode> = new Set([
  'TOOL_FAILED',
  'OUTPUT_INCOMPLETE',
  'OUTPUT_UNWRITABLE',
]);

/** Bytes that may still be written to the disk that holds `path`. */
export async function roomOn(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

/**
 * `DISK_FULL` in the place of an error that writing below `folder` ended in, if there is no room left; else the error
 * itself. To be asked before what was written is removed.
 */
export async function orDiskFull(error: unknown, folder: string): Promise<unknown> {
  const failedWrite = error instanceof MatteflowError && FAILED_WRITES.has(error.code);
  const said = [error, asError(error).cause].some(
    (seen) => (seen as NodeJS.ErrnoException | undefined)?.code === 'ENOSPC',
  );
  if (!failedWrite && !said) return error;
  const room = await roomOn(folder).catch(() => Infinity);
  if (!said && room >= LEAST_ROOM) return error;
  return new MatteflowError('DISK_FULL', {
    what: 'the disk is full',
    seen: Number.isFinite(room) ? `${Math.floor(room / 1024)} KB free` : undefined,
    remedy: 'Make room on it and run this again',
    subject: folder,
    cause: asError(error),
  });
}
