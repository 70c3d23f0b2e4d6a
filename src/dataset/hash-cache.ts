import { appendFile, readFile, stat } from 'node:fs/promises';
import { fileHash } from '../core/content-hash.js';

/** What a file was when it was hashed: as long as it still is, so is its hash. */
interface Known {
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  readonly sha256: string;
}

/** A file written to in the last moments can change again without its time telling, milliseconds. */
const SETTLED = 2000;

/**
 * SHA-256 of files, remembered by size and time of change, in memory and, given a file for it, on the disk. What is on the
 * disk is a help and no more: lines that cannot be read are passed over.
 */
export class HashCache {
  readonly #known: Map<string, Known>;
  readonly #file: string | undefined;
  #unsaved: string[] = [];

  private constructor(known: Map<string, Known>, file: string | undefined) {
    this.#known = known;
    this.#file = file;
  }

  static async open(file?: string): Promise<HashCache> {
    const text = file === undefined ? '' : await readFile(file, 'utf8').catch(() => '');
    return new HashCache(new Map(text.split('\n').flatMap(readLine)), file);
  }

  /** 64 hexadecimal digits. @throws what reading the file throws */
  async hash(path: string): Promise<string> {
    const { size, mtimeMs: modified } = await stat(path);
    const known = this.#known.get(path);
    if (known?.size === size && known.modified === modified) return known.sha256;
    const sha256 = await fileHash(path);
    if (Date.now() - modified > SETTLED) this.#remember(path, { size, modified, sha256 });
    return sha256;
  }

  /** Appends what is new to the file. */
  async save(): Promise<void> {
    if (this.#file === undefined || this.#unsaved.length === 0) return;
    const lines = this.#unsaved.join('');
    this.#unsaved = [];
    await appendFile(this.#file, lines);
  }

  #remember(path: string, known: Known): void {
    this.#known.set(path, known);
    if (this.#file !== undefined) this.#unsaved.push(`${JSON.stringify({ path, ...known })}\n`);
  }
}

function readLine(line: string): [string, Known][] {
  try {
    const { path, size, modified, sha256 } = JSON.parse(line) as Known & { path: string };
    return typeof sha256 === 'string' && sha256.length === 64 ? [[path, { size, modified, sha256 }]] : [];
  } catch {
    return [];
  }
}
