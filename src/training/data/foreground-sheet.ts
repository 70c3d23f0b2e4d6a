import sharp from 'sharp';
import { stageOutput } from '../../output/publish.js';
import type { Foreground } from '../foreground.js';

/** Pixels of a cell. */
const CELL = 192;
const CHECK = 12;
const GREEN = [0, 177, 64] as const;

/** A contact sheet of foregrounds, over a checkerboard, a photograph and green in turns. Cells may come in any order. */
export class ForegroundSheet {
  readonly #columns: number;
  readonly #width: number;
  readonly #height: number;
  readonly #rgb: Uint8Array;
  readonly #photographs: readonly string[];

  /** @param photographs - files; without any, every second cell is green */
  constructor(count: number, photographs: readonly string[]) {
    this.#columns = Math.ceil(Math.sqrt(1.4 * count));
    this.#width = CELL * this.#columns;
    this.#height = CELL * Math.ceil(count / this.#columns);
    this.#rgb = new Uint8Array(3 * this.#width * this.#height);
    this.#photographs = photographs;
  }

  async add(number: number, { rgba, width, height }: Foreground): Promise<void> {
    const over = await sharp(rgba, { raw: { width, height, channels: 4 } })
      .resize(CELL, CELL, { fit: 'fill' })
      .raw()
      .toBuffer();
    const under = await this.#under(number);
    const left = CELL * (number % this.#columns);
    const top = CELL * Math.floor(number / this.#columns);
    for (let y = 0, i = 0; y < CELL; y++) {
      for (let x = 0; x < CELL; x++, i++) {
        const to = 3 * ((top + y) * this.#width + left + x);
        const alpha = over[4 * i + 3]! / 255;
        for (let c = 0; c < 3; c++) {
          this.#rgb[to + c] = Math.round(alpha * over[4 * i + c]! + (1 - alpha) * under(x, y, c));
        }
      }
    }
  }

  /** What is behind a cell: a value for a pixel and channel. */
  async #under(number: number): Promise<(x: number, y: number, channel: number) => number> {
    const files = this.#photographs;
    const turn = number % (files.length > 0 ? 3 : 2);
    if (turn === 0) return (x, y) => ((Math.floor(x / CHECK) + Math.floor(y / CHECK)) % 2 === 0 ? 150 : 200);
    if (turn === 1) return (_x, _y, channel) => GREEN[channel]!;
    // A prime far from any folder's size: neighbours differ.
    const photograph = await sharp(files[(number * 7919) % files.length])
      .resize(CELL, CELL, { fit: 'cover' })
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer();
    return (x, y, channel) => photograph[3 * (y * CELL + x) + channel]!;
  }

  /** @throws `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE` */
  async write(path: string, overwrite: boolean): Promise<void> {
    const staged = await stageOutput(path, { kind: 'file', overwrite });
    try {
      await sharp(this.#rgb, { raw: { width: this.#width, height: this.#height, channels: 3 } })
        .png()
        .toFile(staged.temporary);
      await staged.publish();
    } finally {
      await staged.discard();
    }
  }
}
