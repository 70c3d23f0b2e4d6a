import type { Picture, PictureResult } from '../results.js';
import { drawPicture, type PictureImages } from './picture-images.js';

/** Of encoded pictures; a third more as text in the file. A browser still opens that in a few seconds. */
const BUDGET = 64 * 2 ** 20;

/**
 * Gathers what a report shows of each picture, while the pictures go by: only the encoded images stay in memory. Once
 * they outgrow the budget, the pictures on which the methods do best are left out, as mattes are judged where they fail.
 */
export class ReportPictures {
  readonly #budget: number;
  readonly #kept = new Map<string, { readonly images: PictureImages; readonly worst: number }>();
  #bytes = 0;
  #leftOut = 0;

  /** @param options.budget - bytes of encoded pictures that are kept at most; default 64 MiB */
  constructor({ budget = BUDGET }: { readonly budget?: number } = {}) {
    this.#budget = budget;
  }

  /** Pictures whose images are no longer there. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Bytes of the encoded images. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The images of a picture by its name; undefined where none were added, or they were left out. */
  imagesOf(name: string): PictureImages | undefined {
    return this.#kept.get(name)?.images;
  }

  /**
   * Draws a picture's part of the report.
   *
   * @param mattes - alpha 0..1 by method, the image's size
   * @param result - its scores, by which the worst pictures are told
   * @throws RangeError when a matte has another size
   */
  async add(
    picture: Picture,
    mattes: ReadonlyMap<string, Float32Array>,
    result: PictureResult,
  ): Promise<void> {
    const images = await drawPicture(picture, mattes);
    const worst = Math.max(0, ...Object.values(result.methods).map(({ sad }) => sad));
    this.#kept.set(result.name, { images, worst });
    this.#bytes += images.bytes;
    while (this.#bytes > this.#budget && this.#kept.size > 1) this.#dropBest();
  }

  #dropBest(): void {
    const [name, { images }] = [...this.#kept].reduce((best, each) =>
      each[1].worst < best[1].worst ? each : best,
    );
    this.#kept.delete(name);
    this.#bytes -= images.bytes;
    this.#leftOut += 1;
  }
}
