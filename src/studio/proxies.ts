import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { aborted, asError } from '../core/errors.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip } from '../ingest/clip.js';
import { readPictures } from '../ingest/read-pictures.js';
import type { Size } from '../trimap/picture.js';

/** Longest side of a proxy, pixels: half of 1080p, which is what a picture beside another has room for. */
const LONG_SIDE = 960;
const QUALITY = 85;

interface Waiting {
  readonly index: number;
  readonly made: () => void;
  readonly failed: (error: Error) => void;
}

/**
 * Reduced copies of a clip's frames as JPEGs, made from the first to the last as soon as the clip is opened, so that
 * scrubbing waits for nothing. They lie in a folder of the system's for temporary files.
 */
export class Proxies {
  readonly #folder: string;
  readonly #leaving = new AbortController();
  /** Those who ask for what is not made yet. */
  readonly #waiting = new Set<Waiting>();
  #made = 0;
  #failure: Error | undefined;
  #pass: Promise<void> = Promise.resolve();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param onProgress - told how many there are, and of what went wrong with the clip */
  static async start(
    ffmpeg: Ffmpeg,
    clip: Clip,
    onProgress: (made: number, failure?: Error) => void,
  ): Promise<Proxies> {
    const proxies = new Proxies(await mkdtemp(join(tmpdir(), 'matteflow-proxies-')));
    proxies.#pass = proxies.#make(ffmpeg, clip, onProgress).catch((error: unknown) => {
      proxies.#fail(asError(error));
      if (!proxies.#leaving.signal.aborted) onProgress(proxies.#made, asError(error));
    });
    return proxies;
  }

  /** How many frames, from the first on, have one. */
  get made(): number {
    return this.#made;
  }

  /** A JPEG; waits until it is made. @throws MatteflowError what decoding throws */
  async read(index: number): Promise<Buffer> {
    if (index >= this.#made) {
      if (this.#failure) throw this.#failure;
      await new Promise<void>((made, failed) => this.#waiting.add({ index, made, failed }));
    }
    return readFile(this.#fileOf(index));
  }

  async close(): Promise<void> {
    this.#leaving.abort();
    await this.#pass;
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #make(ffmpeg: Ffmpeg, clip: Clip, onProgress: (made: number) => void): Promise<void> {
    const size = reducedSize(clip.format);
    const raw = { ...size, channels: 3 } as const;
    for await (const { index, rgb } of readPictures(ffmpeg, clip, size, this.#leaving.signal)) {
      await writeFile(
        this.#fileOf(index),
        await sharp(Buffer.from(rgb), { raw }).jpeg({ quality: QUALITY }).toBuffer(),
      );
      this.#made = index + 1;
      for (const waiting of this.#waiting) {
        if (waiting.index > index) continue;
        this.#waiting.delete(waiting);
        waiting.made();
      }
      onProgress(this.#made);
    }
  }

  #fail(error: Error): void {
    this.#failure = this.#leaving.signal.aborted ? aborted() : error;
    for (const { failed } of this.#waiting) failed(this.#failure);
  }

  #fileOf(index: number): string {
    return join(this.#folder, `${index}.jpg`);
  }
}

function reducedSize({ width, height }: Size): Size {
  const scale = Math.min(1, LONG_SIDE / Math.max(width, height));
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  return { width: side(width), height: side(height) };
}
