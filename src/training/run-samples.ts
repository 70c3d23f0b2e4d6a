import type { NetworkModel } from '../matting/networks/model.js';
import type { DataFolders } from './checkpoint.js';
import { USUAL_KINDS, type DataRecipe } from './data/recipe.js';
import type { Recipe } from './recipe.js';
import type { TrainingSample } from './sample.js';
import { openSampleStream, type SampleStream } from './sample-stream.js';

/** Samples that validation looks at. */
const HELD_OUT = 24;

/** How a run's samples are made. */
export interface SampleOptions {
  /** Threads that make them. */
  readonly sampleThreads: number;
  /** Only the first so many, over and over. */
  readonly fixedSamples?: number;
  readonly onNotice?: (notice: string) => void;
}

/** What a recipe's samples are made of, and how. */
export function dataOf(
  recipe: Recipe,
  network: NetworkModel,
  { foregrounds, backgrounds }: Pick<DataFolders, 'foregrounds' | 'backgrounds'>,
): DataRecipe {
  const { side, pictures, synthesised, trimaps, augmentation, prior } = recipe.samples;
  return {
    ...{ seed: recipe.seed, side, pictures, foregrounds, backgrounds },
    ...{ kinds: USUAL_KINDS, trimaps, augmentation },
    synthesised: foregrounds.length === 0 ? 1 : synthesised,
    prior: network.readsPrior ? prior : 'none',
  };
}

/** Of the foregrounds in folders of their own, or else drawn by another seed: none of them is ever trained on. */
export async function heldOutSamples(
  data: DataRecipe,
  foregrounds: readonly string[],
  options: SampleOptions,
): Promise<TrainingSample[]> {
  const synthesised = foregrounds.length === 0 ? 1 : 0;
  const recipe = { ...data, seed: data.seed + 1, foregrounds, synthesised };
  const stream = await openSampleStream(recipe, { threads: options.sampleThreads });
  try {
    return await take(stream, HELD_OUT);
  } finally {
    await stream.close();
  }
}

/** Where steps get their samples: a stream, or the few it begins with over and over. */
export async function openSamples(
  data: DataRecipe,
  start: number,
  options: SampleOptions,
): Promise<SampleStream> {
  const { fixedSamples: count, sampleThreads: threads, onNotice } = options;
  const stream = await openSampleStream(data, {
    threads,
    start: count ? 0 : start,
    ...(onNotice && { onNotice }),
  });
  if (!count) return stream;
  const samples = await take(stream, count);
  let position = start;
  return {
    get position() {
      return position;
    },
    next: () => Promise.resolve(samples[position++ % count]!),
    close: () => stream.close(),
  };
}

async function take(stream: SampleStream, count: number): Promise<TrainingSample[]> {
  const samples: TrainingSample[] = [];
  while (samples.length < count) samples.push(await stream.next());
  return samples;
}
