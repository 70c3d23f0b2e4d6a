import * as tf from '@tensorflow/tfjs-core';
import { compiledUrl } from '../core/compiled.js';
import { MatteflowError } from '../core/errors.js';
import { coreCount, ThreadPool } from '../core/thread.js';
import type { GradientTask, GradientSetup, SharedNumbers } from './gradient-worker.js';
import type { GradientSource, Pass } from './gradient-source.js';
import type { Recipe } from './recipe.js';
import type { TrainingSample } from './sample.js';

/** For the objects that a step makes, tensors by the thousand: with less it takes a tenth longer. */
const YOUNG_MEGABYTES = 12;

export interface ThreadOptions {
  /** A device of tfjs that computes on one thread: `cpu` (WebAssembly) or `js`. */
  readonly device: string;
  /** 2 or more. */
  readonly threads: number;
}

/** Devices that leave the other cores idle; the rest fill them, or the GPU, by themselves. */
const SINGLE_THREADED: ReadonlySet<string> = new Set(['cpu', 'js']);

/**
 * Gradients by several threads, each with a backend and parameters of its own: every one takes an equal share of the
 * samples, and their mean, weighed by the share, is what one thread would have found over all of them but for the means
 * over the unknown region, which each takes over its own share.
 *
 * @param all - every parameter of the network; read before every pass, never written
 * @param trained - those that gradients are wanted of
 * @throws `USAGE` for a device with threads of its own, for more threads than samples a pass, for recipes with batch
 *   norms, whose statistics are over the whole batch, and for adversarial ones, whose discriminator is one; as opening the
 *   device does
 */
export async function startGradientThreads(
  recipe: Recipe,
  all: ReadonlyMap<string, tf.Variable>,
  trained: ReadonlyMap<string, tf.Variable>,
  { device, threads }: ThreadOptions,
): Promise<GradientSource> {
  requireSplittable(recipe, device, threads);
  const parameters = sharedNumbers(all);
  const gradients = Array.from({ length: threads }, () => sharedNumbers(trained));
  const module = compiledUrl('./gradient-worker.js', import.meta.url);
  const pools = gradients.map(
    (own) =>
      new ThreadPool(module, {
        threads: 1,
        workerData: { recipe, device, parameters, gradients: own } satisfies GradientSetup,
        youngMegabytes: YOUNG_MEGABYTES,
      }),
  );
  const source = new ThreadedGradients(pools, { all, trained, parameters, gradients });
  try {
    await Promise.all(pools.map((pool) => pool.run('open', undefined)));
  } catch (error) {
    await source.close();
    throw error;
  }
  return source;
}

/** How many threads gradients are best computed by: all cores where that helps and can be done. */
export function usefulThreads({ batch, norm, losses }: Recipe, device: string): number {
  const splittable = SINGLE_THREADED.has(device) && norm !== 'batch' && !losses.adversarial;
  return splittable ? Math.min(coreCount(), batch) : 1;
}

function requireSplittable({ batch, norm, losses }: Recipe, device: string, threads: number): void {
  const refuse = (what: string, seen: string, remedy: string): never => {
    throw new MatteflowError('USAGE', { what, seen, remedy });
  };
  if (!SINGLE_THREADED.has(device)) {
    refuse('the device computes on all cores by itself', device, 'Train with --threads 1');
  }
  if (norm === 'batch') {
    refuse(
      'batch norms need the whole batch on one thread',
      'a recipe with batch norms',
      'Train with --threads 1',
    );
  }
  if (losses.adversarial) {
    refuse(
      'the discriminator learns on one thread',
      'a recipe with an adversarial loss',
      'Train with --threads 1',
    );
  }
  if (threads > batch) {
    refuse(
      'there are more threads than samples in a batch',
      `${threads} for ${batch}`,
      'Raise --batch or lower --threads',
    );
  }
}

interface Shared {
  readonly all: ReadonlyMap<string, tf.Variable>;
  readonly trained: ReadonlyMap<string, tf.Variable>;
  readonly parameters: SharedNumbers;
  /** A thread's own. */
  readonly gradients: readonly SharedNumbers[];
}

class ThreadedGradients implements GradientSource {
  readonly #pools: readonly ThreadPool[];
  readonly #shared: Shared;

  constructor(pools: readonly ThreadPool[], shared: Shared) {
    this.#pools = pools;
    this.#shared = shared;
  }

  async pass(samples: readonly TrainingSample[]): Promise<Pass> {
    const { all, trained, parameters, gradients } = this.#shared;
    for (const [name, variable] of all) parameters[name]!.set(await variable.data<'float32'>());
    const shares = splitEvenly(samples, this.#pools.length);
    const losses = await Promise.all(
      shares.map((share, i) =>
        this.#pools[i]!.run<Pass['losses']>('gradients', { samples: share } satisfies GradientTask),
      ),
    );
    const weights = shares.map((share) => share.length / samples.length);
    const mean = new Map(
      [...trained].map(([name, { shape }]) => {
        const sum = new Float32Array(gradients[0]![name]!.length);
        shares.forEach((_, thread) => {
          const own = gradients[thread]![name]!;
          const weight = weights[thread]!;
          for (let i = 0; i < sum.length; i++) sum[i]! += weight * own[i]!;
        });
        return [name, tf.tensor(sum, shape)];
      }),
    );
    return { gradients: mean, losses: weighedMean(losses, weights) };
  }

  async close(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.close()));
  }
}

/** Memory that all threads see, an array for each variable. */
function sharedNumbers(variables: ReadonlyMap<string, tf.Variable>): SharedNumbers {
  return Object.fromEntries(
    [...variables].map(([name, { size }]) => [name, new Float32Array(new SharedArrayBuffer(4 * size))]),
  );
}

function splitEvenly<T>(items: readonly T[], parts: number): readonly (readonly T[])[] {
  const ends = Array.from({ length: parts + 1 }, (_, i) => Math.round((i * items.length) / parts));
  return ends
    .slice(1)
    .map((end, i) => items.slice(ends[i], end))
    .filter((part) => part.length > 0);
}

function weighedMean(losses: readonly Pass['losses'][], weights: readonly number[]): Pass['losses'] {
  const names = Object.keys(losses[0]!) as (keyof Pass['losses'])[];
  return Object.fromEntries(
    names.map((name) => [name, losses.reduce((sum, own, i) => sum + weights[i]! * own[name]!, 0)]),
  );
}
