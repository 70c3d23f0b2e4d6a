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

/** Bytes of decoded pictures a thread keeps. */
const CACHE_BYTES = 256 * 2 ** 20;

const MOST_SOFT = 4096;

/** Where the foregrounds and backgrounds of each sample come from: a function of the recipe and the sample's number. */
export class Sources {
  readonly #recipe: DataRecipe;
  readonly #material: Material;
  readonly #onNotice: (notice: string) => void;
  readonly #foregrounds: PictureCache<Source> = new PictureCache<Source>(
    CACHE_BYTES,
    ({ foreground, soft }) => foreground.rgba.length + 4 * soft.length,
  );
  readonly #backgrounds: PictureCache<Background> = new PictureCache<Background>(
    CACHE_BYTES,
    ({ rgb }) => rgb.length,
  );
  readonly #broken: Set<string> = new Set<string>();

  /** @param onNotice - is told once of each picture that cannot be decoded; the next one takes its place */
  constructor(recipe: DataRecipe, material: Material, onNotice: (notice: string) => void = () => undefined) {
    this.#recipe = recipe;
    this.#material = material;
    this.#onNotice = onNotice;
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
      return this.#firstWhole(
        foregrounds,
        own.integer(foregrounds.length),
        ({ colour }) => colour,
        (file) => this.#foregrounds.get(file.colour, async () => sourceOf(await readForeground(file))),
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
    return this.#firstWhole(
      backgrounds,
      own.integer(backgrounds.length),
      (path) => path,
      (path) => this.#backgrounds.get(path, () => readBackground(path)),
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
      const file = files[(start + k) % files.length]!;
      if (this.#broken.has(pathOf(file))) continue;
      try {
        return await read(file);
      } catch (error) {
        if (!(error instanceof MatteflowError)) throw error;
        if (!this.#broken.has(pathOf(file))) this.#onNotice(`${error.message}; it is left out`);
        this.#broken.add(pathOf(file));
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
  return { foreground, soft: Uint32Array.from({ length: kept }, (_, k) => soft[Math.floor(k * step)]!) };
}
