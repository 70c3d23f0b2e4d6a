import { access } from 'node:fs/promises';
import { basename } from 'node:path';
import { closeAll, type Closer } from '../core/closers.js';
import { MatteflowError, throwIfAborted } from '../core/errors.js';
import { parameterShapes } from '../matting/networks/inventory.js';
import type { NetworkModel } from '../matting/networks/model.js';
import { networkModel } from '../matting/networks/registry.js';
import { loadInitialWeights } from '../matting/weights/load.js';
import { readCheckpoint, type Checkpoint, type Progress } from './checkpoint.js';
import { USUAL_KINDS, type DataRecipe } from './data/recipe.js';
import { EventFile } from './event-file.js';
import { heldOutLoss } from './held-out.js';
import type { FilterStart } from './initialise.js';
import { openTrainingDevice } from './open-device.js';
import { openGradients } from './open-gradients.js';
import { Parameters } from './parameters.js';
import { Random } from './random.js';
import { changedRecipe, recipeNamed, type Recipe, type RecipeChanges } from './recipe.js';
import { runFiles, type RunDescription, type RunFiles } from './run-folder.js';
import type { TrainingSample } from './sample.js';
import { openSampleStream, type SampleStream } from './sample-stream.js';
import { Trainer } from './trainer.js';
import { trainingLoop, type TrainingStep } from './training-loop.js';

/** What a training run is given. */
export interface TrainOptions {
  /** A recipe's name. */
  readonly recipe: string;
  /** What is wanted otherwise; when a run is resumed, otherwise than it was begun. */
  readonly changes?: RecipeChanges;
  /** Folders; none: everything is drawn. */
  readonly foregrounds: readonly string[];
  readonly backgrounds: readonly string[];
  /** The run's folder. */
  readonly output: string;
  /** Go on from the last checkpoint there. */
  readonly resume: boolean;
  /** `auto`, or a device of tfjs: `cpu` (WebAssembly), `webgpu`, `tfjs-node`, `cuda`, `js`. */
  readonly device: string;
  /** Weights to begin with; parameters the file lacks are drawn at random. */
  readonly initial?: string;
  /** Stops after so many minutes of this call, with a checkpoint. */
  readonly minutes?: number;
  /** Threads that compute gradients, each on a share of a batch; default: all cores where the device has one thread. */
  readonly gradientThreads?: number;
  /** Threads that make samples. */
  readonly sampleThreads: number;
  /** Trains on the first so many samples over and over: a check that a recipe can learn at all. */
  readonly fixedSamples?: number;
  /** Steps between validations, and between checkpoints. */
  readonly every: number;
  readonly signal: AbortSignal;
  readonly onStep?: (step: TrainingStep) => void;
  readonly onNotice?: (notice: string) => void;
}

/** What a run left. */
export interface TrainResult {
  readonly files: RunFiles;
  readonly step: number;
  readonly best: Progress['best'];
  readonly device: string;
  readonly samplesPerSecond: number;
}

/** Samples that validation looks at. */
const HELD_OUT = 24;

/**
 * Trains a network by a recipe, from nothing, from weights, or on from a checkpoint. Every `every` steps it looks at
 * samples that are not trained on, writes a checkpoint, and keeps the best one's weights beside it, ready for `--model`.
 * It ends when the recipe's steps are done, when its minutes are over, or when the signal fires: always with a checkpoint.
 *
 * @throws `USAGE`, `INPUT_MISSING`, `INPUT_EMPTY`, `WEIGHTS_CORRUPT`, `ENGINE_UNAVAILABLE`, `ENGINE_FAILED` (diverged),
 *   `OUTPUT_EXISTS` (a run is there and is not to be resumed), `OUTPUT_UNWRITABLE`, `ABORTED`
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const files = runFiles(options.output);
  const earlier = await earlierRun(files, options);
  const recipe = changedRecipe(earlier?.recipe ?? recipeNamed(options.recipe), options.changes ?? {});
  const network = networkModel(recipe.network, { ...recipe.options, stages: recipe.runs.length });
  const device = await openTrainingDevice(options.device);
  const closers: Closer[] = [];
  try {
    const parameters = await startingParameters(recipe, network, earlier ? undefined : options.initial);
    const { gradientThreads: threads } = options;
    const source = await openGradients(recipe, network, parameters, { device, ...(threads && { threads }) });
    const trainer = new Trainer(recipe, network, parameters, source);
    closers.push(() => trainer.close());
    if (earlier) trainer.load({ step: earlier.progress.step, tensors: earlier.tensors });

    const data = dataOf(recipe, network, options);
    const heldOut = await heldOutSamples(data, options);
    const samples = await openSamples(data, earlier?.progress.nextSample ?? 0, options);
    closers.push(() => samples.close());
    const log = await EventFile.create(files.log);
    closers.push(() => log.close());

    const run = {
      ...{ recipe, trainer, samples, log, files },
      validate: () => trainer.withAverage(() => heldOutLoss(recipe, network, parameters, heldOut)),
      describe: (progress: Progress) => descriptionOf(recipe, network, options, progress),
    };
    const ended = await trainingLoop(run, { ...options, ...(earlier && { earlier: earlier.progress }) });
    throwIfAborted(options.signal);
    return {
      files,
      device,
      step: ended.progress.step,
      best: ended.progress.best,
      samplesPerSecond: ended.samplesPerSecond,
    };
  } finally {
    await closeAll(closers);
  }
}

async function earlierRun(
  files: RunFiles,
  { resume, output, recipe }: TrainOptions,
): Promise<Checkpoint | undefined> {
  const there = await access(files.last).then(
    () => true,
    () => false,
  );
  if (!resume && !there) return undefined;
  if (!resume) {
    throw new MatteflowError('OUTPUT_EXISTS', {
      what: 'a training run is there already',
      remedy: 'Go on with it by --resume, or name another folder',
      subject: output,
    });
  }
  const earlier = await readCheckpoint(files.last);
  if (earlier.recipe.name === recipe) {
    // Settings that came up after the run was begun are the recipe's.
    const samples = { ...recipeNamed(recipe).samples, ...earlier.recipe.samples };
    return { ...earlier, recipe: { ...earlier.recipe, samples } };
  }
  throw new MatteflowError('USAGE', {
    what: 'the run was begun by another recipe',
    seen: earlier.recipe.name,
    expected: recipe,
    subject: files.last,
  });
}

/** The network's parameters: drawn, or from weights where they have them. */
async function startingParameters(
  recipe: Recipe,
  network: NetworkModel,
  initial: string | undefined,
): Promise<Parameters> {
  const addNorms = recipe.norm === 'batch' && !initial;
  const random = new Random(recipe.seed).fork('parameters');
  if (!initial) return new Parameters(network, random, { addNorms, filterStart: filterStartOf(network) });
  const { tensors } = await loadInitialWeights(initial);
  const shapes = parameterShapes(network);
  const used = new Map([...tensors].filter(([name]) => shapes.has(name)));
  return new Parameters(network, random, { initial: used, filterStart: filterStartOf(network) });
}

/** What predicts a correction begins with none; the paper's decoder as the paper has it. */
function filterStartOf({ name }: NetworkModel): (parameter: string) => FilterStart {
  const corrections = /^(stage1\.alpha|stage2\.out|refiner\.refine_pred)\./;

  return (parameter) =>
    name !== 'alphagan' && corrections.test(parameter)
      ? 'zero'
      : parameter.includes('decoder.')
        ? 'xavier'
        : 'he';
}

function dataOf(recipe: Recipe, network: NetworkModel, options: TrainOptions): DataRecipe {
  const { foregrounds, backgrounds } = options;
  const { side, synthesised, trimaps, augmentation } = recipe.samples;
  return {
    ...{ seed: recipe.seed, side, foregrounds, backgrounds, kinds: USUAL_KINDS, trimaps, augmentation },
    synthesised: foregrounds.length === 0 ? 1 : synthesised,
    prior: network.readsPrior,
  };
}

/** Drawn by another seed, so that none of them is ever trained on. */
async function heldOutSamples(data: DataRecipe, options: TrainOptions): Promise<TrainingSample[]> {
  const recipe = { ...data, seed: data.seed + 1, foregrounds: [], synthesised: 1 };
  const stream = await openSampleStream(recipe, { threads: options.sampleThreads });
  try {
    return await take(stream, HELD_OUT);
  } finally {
    await stream.close();
  }
}

/** Where steps get their samples: a stream, or the few it begins with over and over. */
async function openSamples(data: DataRecipe, start: number, options: TrainOptions): Promise<SampleStream> {
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

function descriptionOf(
  recipe: Recipe,
  network: NetworkModel,
  { foregrounds, backgrounds, initial }: TrainOptions,
  { step, nextSample, seconds }: Progress,
): RunDescription {
  const start = initial ? ` from ${basename(initial)}` : '';
  return {
    about: { model: network.name, options: { ...recipe.options, stages: recipe.runs.length } },
    card: {
      name: recipe.name,
      description: `${network.name}, trained by the recipe ${recipe.name}${start}.`,
      training: {
        summary: `${step} steps, ${nextSample} samples of ${recipe.samples.side}×${recipe.samples.side} pixels, ${Math.round(seconds / 60)} minutes.`,
        data: [...foregrounds, ...backgrounds].map((folder) => ({
          what: basename(folder),
          items: 0,
          licence: 'unknown',
        })),
      },
    },
  };
}
