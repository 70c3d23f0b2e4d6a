import { randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { MatteflowError } from '../core/errors.js';

/**
 * Equal records on disk instead of in memory, in one temporary file. Where the system allows it, the file has
 * no name any more once it is open, so nothing is left behind however the process ends.
 */
export class Spill {
  readonly #file: FileHandle;
  readonly #path: string;
  #removed = false;

  private constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
  }

  static async create(folder: string): Promise<Spill> {
    const path = join(folder, `matteflow-${randomUUID()}.tmp`);
    const file = await open(path, 'wx+').catch((cause: unknown) => {
      throw unwritable(path, cause);
    });
    const spill = new Spill(file, path);
    await spill.#remove();
    return spill;
  }

  /** Writes record number `record`; all records have the same length. */
  async write(record: number, bytes: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) {
        const position = record * bytes.length + done;
        const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, position);
        done += bytesWritten;
      }
    } catch (cause) {
      throw unwritable(this.#path, cause);
    }
  }

  /** Fills `bytes` from a record that has been written. */
  async read(bytes: Uint8Array, record: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const position = record * bytes.length + done;
      const { bytesRead } = await this.#file.read(bytes, done, bytes.length - done, position);
      if (bytesRead === 0) throw new Error(`record ${record} was read before it was written`);
      done += bytesRead;
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
    await this.#remove();
  }

  async #remove(): Promise<void> {
    if (this.#removed) return;
    // Windows refuses to remove an open file; close() tries again.
    this.#removed = await unlink(this.#path).then(
      () => true,
      () => false,
    );
  }
}

function unwritable(path: string, cause: unknown): MatteflowError {
  return new MatteflowError('OUTPUT_UNWRITABLE', {
    what: 'cannot keep temporary data',
    remedy: 'Free some space there, or name another folder for temporary files',
    subject: path,
    cause,
  });
}
