import * as tf from '@tensorflow/tfjs-core';
import { networkModel } from '../src/matting/networks/registry.js';
import { trainedBy } from '../src/training/back-propagation.js';
import { USUAL_KINDS } from '../src/training/data/recipe.js';
import { LocalGradients, type GradientSource } from '../src/training/gradient-source.js';
import { openTrainingDevice } from '../src/training/open-device.js';
import { Parameters } from '../src/training/parameters.js';
import { Random } from '../src/training/random.js';
import { recipeNamed, type Recipe } from '../src/training/recipe.js';
import { SampleMaker } from '../src/training/sample-maker.js';
import type { TrainingSample } from '../src/training/sample.js';
import { startGradientThreads } from '../src/training/threaded-gradients.js';
import { coreSeconds } from './core-seconds.js';
import { digits, spreadText } from './figures.js';
import { interleave, ratio, spread } from './interleave.js';
import type { Table } from './result.js';

const SIDE = 128;
const COMPACT = recipeNamed('compact-stage1');
const RECIPE: Recipe = { ...COMPACT, batch: 8, samples: { ...COMPACT.samples, side: SIDE } };

interface Timed {
  /** By the clock. */
  readonly seconds: number;
  /** Of the processor, all threads together. */
  readonly cores: number;
}

/**
 * How much sooner two threads have the gradients of a batch than one, on WebAssembly. What both need of the processor
 * says how much sooner they could have them on a machine with nothing else to do.
 */
export async function compareGradientThreads(rounds: number): Promise<Table> {
  await openTrainingDevice('cpu');
  const samples = await drawnSamples();
  const network = networkModel(RECIPE.network, { stages: 1 });
  const parameters = new Parameters(network, new Random(RECIPE.seed));
  const trained = trainedBy(RECIPE, network, parameters);
  const one = new LocalGradients(RECIPE, network, parameters);
  const two = await startGradientThreads(RECIPE, parameters.all, trained, { device: 'cpu', threads: 2 });
  const timed = (source: GradientSource) => async (): Promise<Timed> => {
    const [start, before] = [performance.now(), coreSeconds()];
    const { gradients } = await source.pass(samples, 0);
    const [seconds, cores] = [(performance.now() - start) / 1000, coreSeconds() - before];
    tf.dispose([...gradients.values()]);
    return { seconds, cores };
  };
  try {
    const runs = await interleave({ one: timed(one), two: timed(two) }, { rounds });
    const each = (of: readonly Timed[], field: keyof Timed): number[] => of.map((timed) => timed[field]);
    const row = (threads: string, timed: readonly Timed[]): string[] => [
      threads,
      digits(1000 * spread(each(timed, 'cores')).median),
      digits(1000 * spread(each(timed, 'seconds')).median),
      spreadText(ratio(each(runs.one, 'seconds'), each(timed, 'seconds'))),
    ];
    return {
      title: `Gradients of \`compact\`'s stage 1, ${samples.length} samples of ${SIDE}×${SIDE}, ${rounds} rounds`,
      columns: ['threads', 'processor’s ms a batch', 'ms a batch by the clock', 'times as fast as one'],
      rows: [row('1', runs.one), row('2', runs.two)],
    };
  } finally {
    await two.close();
    parameters.dispose();
  }
}

async function drawnSamples(): Promise<TrainingSample[]> {
  const nothing = { foregrounds: [], backgrounds: [] };
  const { seed, samples, batch } = RECIPE;
  const recipe = { ...samples, ...nothing, seed, synthesised: 1, kinds: USUAL_KINDS };
  const maker = new SampleMaker(recipe, nothing);
  return Promise.all(Array.from({ length: batch }, (_, number) => maker.make(number)));
}
