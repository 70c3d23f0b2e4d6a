import { MatteflowError } from '../../core/errors.js';
import type { Background, Foreground } from '../foreground.js';
import { Random } from '../random.js';
import { backdrop } from '../synthesis/backdrop.js';
import { synthesise } from '../synthesis/synthesise.js';
import type { Material } from './material.js';
import { PictureCache } from './picture-cache.js';
import { readBackground, readForeground } from './read-pictures.js';
import type { DataRecipe } from './recipe.js';

/** A foreground, and some of the pixels where it is mixed. */
export interface Source {
  readonly foreground: Foreground;
  /** Indices of pixels of alpha between 0 and 1, evenly spread; of any opaque ones where there is none. */
  readonly soft: Uint32Array;
  /** Whether the picture's border cuts through it. */
  readonly cut: boolean;
}

/**
 * Reading and drawing take longer than making a sample of what is there. So samples come in lanes: numbers that are
 * equal modulo LANES follow each other in a lane, and each run of RUN of them shares a few foregrounds and backgrounds.
 * Neighbouring samples never share any.
 */
export const LANES = 16;
const RUN = 8;
const FOREGROUNDS_A_RUN = 3;
const BACKGROUNDS_A_RUN = 4;

/** Larger pictures are reduced to this many pixels along their longer side: crops are never that large. */
const LONGEST = 2048;

const MOST_SOFT = 4096;

export interface SourceOptions {
  /** Of decoded and drawn pictures, kept between samples. */
  readonly cacheBytes: number;
  /** Is told once of each picture that cannot be decoded; the next one takes its place. */
  readonly onBroken: (picture: BrokenPicture) => void;
}

/** A picture that could not be decoded. What the decoder says of it may differ from one try to the next. */
export interface BrokenPicture {
  readonly file: string;
  readonly notice: string;
}

/** Where the foregrounds and backgrounds of each sample come from: a function of the recipe and the sample's number. */
export class Sources {
  readonly #recipe: DataRecipe;
  readonly #material: Material;
  readonly #onBroken: (picture: BrokenPicture) => void;
  readonly #foregrounds: PictureCache<Source>;
  readonly #backgrounds: PictureCache<Background>;
  readonly #broken: Set<string> = new Set<string>();

  constructor(recipe: DataRecipe, material: Material, options: SourceOptions) {
    const { cacheBytes, onBroken } = options;
    this.#recipe = recipe;
    this.#material = material;
    this.#onBroken = onBroken;
    this.#foregrounds = new PictureCache<Source>(
      cacheBytes / 2,
      ({ foreground, soft }) => foreground.rgba.length + 4 * soft.length,
    );
    this.#backgrounds = new PictureCache<Background>(cacheBytes / 2, ({ rgb }) => rgb.length);
  }

  /**
   * One of the foregrounds that sample `number` may use.
   *
   * @throws `INPUT_DAMAGED` when none of the pictures can be decoded
   */
  foreground(number: number, random: Random): Promise<Source> {
    const { seed, synthesised, kinds, side } = this.#recipe;
    const run = runOf(number);
    const slot = random.integer(FOREGROUNDS_A_RUN);
    const own = new Random(seed).fork('foreground').fork(run).fork(slot);
    const { foregrounds } = this.#material;
    if (foregrounds.length > 0 && !own.chance(synthesised)) {
      const files = own.pick(foregrounds);
      return this.#firstWhole(
        files,
        own.integer(files.length),
        ({ colour }) => colour,
        (file) =>
          this.#foregrounds.get(file.colour, async () => sourceOf(await readForeground(file, LONGEST))),
      );
    }
    return this.#foregrounds.get(`${run} ${slot}`, async () => {
      const photographs = await this.#photographs(run);
      return sourceOf(synthesise(own.pick(kinds), own, { side: Math.ceil(1.5 * side), photographs }));
    });
  }

  /** One of the backgrounds that sample `number` may use. */
  background(number: number, random: Random): Promise<Background> {
    return this.#background(runOf(number), random.integer(BACKGROUNDS_A_RUN));
  }

  /** What drawn foregrounds cut their surfaces from: two of the run's photographs, so that not all look like their backgrounds. */
  async #photographs(run: number): Promise<Background[]> {
    if (this.#material.backgrounds.length === 0) return [];
    return Promise.all([this.#background(run, 0), this.#background(run, BACKGROUNDS_A_RUN)]);
  }

  #background(run: number, slot: number): Promise<Background> {
    const { backgrounds } = this.#material;
    const own = new Random(this.#recipe.seed).fork('background').fork(run).fork(slot);
    if (backgrounds.length === 0) {
      const side = Math.ceil(1.5 * this.#recipe.side);
      return this.#backgrounds.get(`${run} ${slot}`, () => Promise.resolve(backdrop(own, side)));
    }
    const files = own.pick(backgrounds);
    return this.#firstWhole(
      files,
      own.integer(files.length),
      (path) => path,
      (path) => this.#backgrounds.get(path, () => readBackground(path, LONGEST)),
    );
  }

  /** The picture at `start`, or the first after it that can be decoded: the same one on every thread. */
  async #firstWhole<F, T>(
    files: readonly F[],
    start: number,
    pathOf: (file: F) => string,
    read: (file: F) => Promise<T>,
  ): Promise<T> {
    for (let k = 0; k < files.length; k++) {
      const picture = files[(start + k) % files.length]!;
      const file = pathOf(picture);
      if (this.#broken.has(file)) continue;
      try {
        return await read(picture);
      } catch (error) {
        if (!(error instanceof MatteflowError)) throw error;
        if (!this.#broken.has(file)) this.#onBroken({ file, notice: `${error.message}; it is left out` });
        this.#broken.add(file);
      }
    }
    throw new MatteflowError('INPUT_DAMAGED', {
      what: 'none of the pictures can be decoded',
      seen: `${files.length} files`,
    });
  }
}

/** Which lane a sample is in and which run of it: one number. */
function runOf(number: number): number {
  return (number % LANES) + LANES * Math.floor(number / (LANES * RUN));
}

/** @throws `INPUT_DAMAGED` for a foreground that is clear everywhere */
export function sourceOf(foreground: Foreground): Source {
  const { rgba, name } = foreground;
  const wanted = (low: number, high: number): number[] => {
    const found: number[] = [];
    for (let i = 3; i < rgba.length; i += 4) if (rgba[i]! > low && rgba[i]! < high) found.push((i - 3) / 4);
    return found;
  };
  let soft = wanted(5, 250);
  if (soft.length === 0) soft = wanted(5, 256);
  if (soft.length === 0) {
    throw new MatteflowError('INPUT_DAMAGED', { what: 'the foreground is clear everywhere', subject: name });
  }
  const step = Math.max(1, soft.length / MOST_SOFT);
  const kept = Math.floor(soft.length / step);
  return {
    foreground,
    soft: Uint32Array.from({ length: kept }, (_, k) => soft[Math.floor(k * step)]!),
    cut: reachesBorder(foreground),
  };
}

function reachesBorder({ rgba, width, height }: Foreground): boolean {
  const there = (x: number, y: number): boolean => rgba[4 * (y * width + x) + 3]! > 5;
  for (let x = 0; x < width; x++) if (there(x, 0) || there(x, height - 1)) return true;
  for (let y = 0; y < height; y++) if (there(0, y) || there(width - 1, y)) return true;
  return false;
}
