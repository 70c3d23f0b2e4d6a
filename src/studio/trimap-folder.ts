import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { publishFiles } from '../output/publish-files.js';
import { findKeyframes, type KeyframeClip } from '../trimap/keyframes.js';
import type { Size } from '../trimap/picture.js';
import { readTrimap } from '../trimap/trimap.js';

/** Trimaps in a folder, each under its frame's number. A file is replaced as a whole or not at all. */
export class TrimapFolder {
  readonly #folder: string;
  readonly #size: Size;
  /** Files by frame number. Someone else's may have another name than ours would. */
  readonly #files: Map<number, string>;

  private constructor(folder: string, size: Size, files: Map<number, string>) {
    this.#folder = folder;
    this.#size = size;
    this.#files = files;
  }

  /**
   * Reads what is there; makes the folder if it is not.
   *
   * @throws MatteflowError `OUTPUT_UNWRITABLE`; `TRIMAP_INVALID`, `TRIMAP_OUT_OF_RANGE`, `TRIMAP_SIZE` for what is there
   */
  static async open(folder: string, clip: KeyframeClip): Promise<TrimapFolder> {
    await proveWritable(folder);
    const names = await readdir(folder);
    const some = names.some((name) => !name.startsWith('.') && /\.png$/i.test(name));
    const found = some ? await findKeyframes(folder, clip) : [];
    return new TrimapFolder(folder, clip, new Map(found.map(({ number, path }) => [number, path])));
  }

  get numbers(): readonly number[] {
    return [...this.#files.keys()];
  }

  has(number: number): boolean {
    return this.#files.has(number);
  }

  /** @returns undefined when the frame has none; 0, 128, 255 otherwise */
  async read(number: number): Promise<Uint8Array | undefined> {
    const file = this.#files.get(number);
    return file === undefined ? undefined : readTrimap(file, this.#size);
  }

  /** On the disk, under its name, when this resolves. @throws MatteflowError `OUTPUT_UNWRITABLE` */
  async write(number: number, trimap: Uint8Array): Promise<void> {
    const path = this.#files.get(number) ?? join(this.#folder, `${String(number).padStart(4, '0')}.png`);
    const { width, height } = this.#size;
    // The trimap may be painted on while it is written.
    const content = await sharp(trimap.slice(), { raw: { width, height, channels: 1 } })
      .toColourspace('b-w')
      .png({ compressionLevel: 6 })
      .toBuffer();
    await publishFiles([{ path, content }], true);
    this.#files.set(number, path);
  }

  async remove(number: number): Promise<void> {
    const file = this.#files.get(number);
    if (file !== undefined) await rm(file, { force: true });
    this.#files.delete(number);
  }

  /** Takes a trimap out of the folder, to `path`. */
  async setAside(number: number, path: string): Promise<void> {
    const file = this.#files.get(number);
    if (file !== undefined) await rename(file, path);
    this.#files.delete(number);
  }
}

/** Better known before painting than after. */
async function proveWritable(folder: string): Promise<void> {
  const probe = join(folder, '.matteflow-can-write');
  await publishFiles([{ path: probe, content: '' }], true);
  await rm(probe);
}
