import { rename } from 'node:fs/promises';
import sharp from 'sharp';
import { packRgba } from '../output/pack.js';
import { temporaryName } from '../output/publish.js';
import type { FinishedFrame } from '../pipeline/options.js';

/** Pixels: as wide as the report shows them. */
const WIDTH = 160;
/** Behind the subject. */
const GREEN = '#00b140';
/** Keeps one frame of a run as a small picture of the subject over green. A help for people: its absence is no fault. */
export class ThumbnailMaker {
  readonly #path: string;
  #next = 0;
  #kept: Promise<Buffer> | undefined;

  /** @param path - a .webp file; one that is there is replaced */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * To be called with every frame, in order. How many will come is not known, so every one twice as far as the last is
   * kept instead of it: the one that remains lies in the clip's second half.
   */
  async see({ index, planes, format }: FinishedFrame): Promise<void> {
    if (index < this.#next) return;
    this.#next = Math.max(1, 2 * index);
    const words = new Uint16Array(4 * planes.alpha.length);
    packRgba(words, planes, format);
    const { width, height } = format;
    const picture = sharp(
      Uint8Array.from(words, (word) => word >> 8),
      { raw: { width, height, channels: 4 } },
    );
    this.#kept = picture
      .resize({ width: WIDTH })
      .flatten({ background: GREEN })
      .webp({ quality: 70 })
      .toBuffer();
    await this.#kept;
  }

  /** Writes the picture, if there is one. */
  async write(): Promise<void> {
    if (!this.#kept) return;
    const temporary = temporaryName(this.#path);
    await sharp(await this.#kept).toFile(temporary);
    await rename(temporary, this.#path);
  }
}
