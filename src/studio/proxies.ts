import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { aborted, asError } from '../core/errors.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip } from '../ingest/clip.js';
import { readPictures } from '../ingest/read-pictures.js';
import { isCut } from '../trimap/cut.js';
import { halfSize, halvePicture, type Size } from '../trimap/picture.js';

/** Longest side of a proxy, pixels: half of 1080p, which is what a picture beside another has room for. */
const LONG_SIDE = 960;
const QUALITY = 85;

/** How far the proxies are. */
export interface ProxyProgress {
  /** Frames, from the first on, that have one. */
  readonly made: number;
  /** Whether the last of them begins another shot. */
  readonly isCut?: boolean;
  /** What went wrong with the clip. */
  readonly failure?: Error;
}

interface Waiting {
  readonly index: number;
  readonly made: () => void;
  readonly failed: (error: Error) => void;
}

/**
 * Reduced copies of a clip's frames as JPEGs, made from the first to the last as soon as the clip is opened, so that
 * scrubbing waits for nothing; cuts are found on the way. They lie in a folder of the system's for temporary files.
 */
export class Proxies {
  readonly #folder: string;
  readonly #leaving = new AbortController();
  /** Those who ask for what is not made yet. */
  readonly #waiting = new Set<Waiting>();
  #made = 0;
  readonly #cuts: number[] = [];
  #failure: Error | undefined;
  #pass: Promise<void> = Promise.resolve();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async start(
    ffmpeg: Ffmpeg,
    clip: Clip,
    onProgress: (progress: ProxyProgress) => void,
  ): Promise<Proxies> {
    const proxies = new Proxies(await mkdtemp(join(tmpdir(), 'matteflow-proxies-')));
    proxies.#pass = proxies.#make(ffmpeg, clip, onProgress).catch((error: unknown) => {
      proxies.#fail(asError(error));
      if (!proxies.#leaving.signal.aborted) {
        onProgress({ made: proxies.#made, failure: asError(error) });
      }
    });
    return proxies;
  }

  /** How many frames, from the first on, have one. */
  get made(): number {
    return this.#made;
  }

  /** Positions of the frames that begin another shot, of those that have one. */
  get cuts(): readonly number[] {
    return this.#cuts;
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

  async #make(ffmpeg: Ffmpeg, clip: Clip, onProgress: (progress: ProxyProgress) => void): Promise<void> {
    const size = reducedSize(clip.format);
    const raw = { ...size, channels: 3 } as const;
    const half = halfSize(size);
    let [earlier, later] = [0, 1].map(() => new Uint8Array(3 * half.width * half.height)) as [
      Uint8Array,
      Uint8Array,
    ];
    for await (const { index, rgb } of readPictures(ffmpeg, clip, size, this.#leaving.signal)) {
      await writeFile(
        this.#fileOf(index),
        await sharp(Buffer.from(rgb), { raw }).jpeg({ quality: QUALITY }).toBuffer(),
      );
      halvePicture(later, rgb, size);
      const cut = index > 0 && isCut(earlier, later, half);
      if (cut) this.#cuts.push(index);
      [earlier, later] = [later, earlier];
      this.#made = index + 1;
      for (const waiting of this.#waiting) {
        if (waiting.index > index) continue;
        this.#waiting.delete(waiting);
        waiting.made();
      }
      onProgress({ made: this.#made, isCut: cut });
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
