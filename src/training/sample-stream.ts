import { compiledUrl } from '../core/compiled.js';
import { MatteflowError } from '../core/errors.js';
import { ThreadPool } from '../core/thread.js';
import { findMaterial } from './data/material.js';
import type { DataRecipe } from './data/recipe.js';
import { LANES } from './data/sources.js';
import type { MadeSample, SampleSetup } from './sample-worker.js';
import type { TrainingSample } from './sample.js';

/** Of decoded and drawn pictures that all threads together keep. */
const CACHE_BYTES = 2 ** 30;

export interface StreamOptions {
  /** Number of the first sample; 0 unless given. A run that resumes says how many it has taken. */
  readonly start?: number;
  /** Worker threads, 1 to 16. */
  readonly threads: number;
  /** Samples made ahead of the trainer, and so kept in memory; twice the threads unless given. */
  readonly ahead?: number;
  /** Is told once of each picture that cannot be decoded; the next one in its folder takes its place. */
  readonly onNotice?: (notice: string) => void;
}

/** Samples in the order of their numbers. Has one reader. */
export interface SampleStream {
  /** Number of the sample that `next` gives out next. */
  readonly position: number;
  /** @throws `INPUT_DAMAGED` when none of the pictures can be decoded */
  next(): Promise<TrainingSample>;
  /** Waits for the samples under way and ends the threads. */
  close(): Promise<void>;
}

/**
 * Starts threads that make samples ahead of the trainer. What comes is the same whatever their number.
 *
 * @throws `USAGE`; as `findMaterial` does for folders and pictures that cannot be used
 */
export async function openSampleStream(recipe: DataRecipe, options: StreamOptions): Promise<SampleStream> {
  checkRecipe(recipe);
  const { threads, ahead = 2 * threads, start = 0, onNotice } = options;
  if (!Number.isInteger(threads) || threads < 1 || threads > LANES) {
    throw new MatteflowError('USAGE', {
      what: 'the sample stream has no such number of threads',
      seen: String(threads),
      expected: `1 to ${LANES}`,
    });
  }
  const material = await findMaterial(recipe);
  const module = compiledUrl('./sample-worker.js', import.meta.url);
  const workerData: SampleSetup = { recipe, material, cacheBytes: CACHE_BYTES / threads };
  // A pool each: a lane's samples share pictures, so they are always made by the thread that has them.
  const pools = Array.from({ length: threads }, () => new ThreadPool(module, { threads: 1, workerData }));
  return new ThreadedStream(pools, {
    start,
    ahead: Math.max(1, ahead),
    onNotice: onNotice ?? (() => undefined),
  });
}

class ThreadedStream implements SampleStream {
  readonly #pools: readonly ThreadPool[];
  readonly #ahead: number;
  readonly #onNotice: (notice: string) => void;
  readonly #coming: Promise<MadeSample>[] = [];
  readonly #told: Set<string> = new Set<string>();
  #position: number;

  constructor(
    pools: readonly ThreadPool[],
    options: { start: number; ahead: number; onNotice: (notice: string) => void },
  ) {
    this.#pools = pools;
    this.#ahead = options.ahead;
    this.#onNotice = options.onNotice;
    this.#position = options.start;
    this.#fill();
  }

  get position(): number {
    return this.#position;
  }

  async next(): Promise<TrainingSample> {
    this.#fill();
    const coming = this.#coming.shift()!;
    this.#position += 1;
    const { sample, broken } = await coming;
    this.#fill();
    // Every thread finds a broken picture for itself.
    for (const { file, notice } of broken) {
      if (!this.#told.has(file)) this.#onNotice(notice);
      this.#told.add(file);
    }
    return sample;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#coming);
    await Promise.all(this.#pools.map((pool) => pool.close()));
  }

  #fill(): void {
    while (this.#coming.length < this.#ahead) {
      const number = this.#position + this.#coming.length;
      const sample = this.#pools[(number % LANES) % this.#pools.length]!.run<MadeSample>('make', number);
      // A failure is the reader's, once its turn comes.
      sample.catch(() => undefined);
      this.#coming.push(sample);
    }
  }
}

function checkRecipe({ side, synthesised, kinds, seed }: DataRecipe): void {
  const refuse = (what: string, seen: string, expected: string): never => {
    throw new MatteflowError('USAGE', { what, seen, expected });
  };
  if (!Number.isInteger(side) || side < 32)
    refuse('samples cannot have that size', `${side} pixels`, '32 or more');
  if (!(synthesised >= 0 && synthesised <= 1)) {
    refuse('that is no share of drawn foregrounds', String(synthesised), '0 to 1');
  }
  if (kinds.length === 0) refuse('there is no kind of foreground to draw', 'an empty list', 'at least one');
  if (!Number.isSafeInteger(seed) || seed < 0)
    refuse('that is no seed', String(seed), 'an integer from 0 to 2^53 − 1');
}
