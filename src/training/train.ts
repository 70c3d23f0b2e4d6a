import { access } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { closeAll, type Closer } from '../core/closers.js';
import { MatteflowError, throwIfAborted } from '../core/errors.js';
import type { NetworkModel } from '../matting/networks/model.js';
import { networkModel } from '../matting/networks/registry.js';
import { readCheckpoint, type Checkpoint, type DataFolders, type Progress } from './checkpoint.js';
import { countPictures } from './data/material.js';
import { EventFile } from './event-file.js';
import { heldOutLoss } from './held-out.js';
import { openTrainingDevice } from './open-device.js';
import { openGradients } from './open-gradients.js';
import { changedRecipe, recipeNamed, type Recipe, type RecipeChanges } from './recipe.js';
import { runFiles, type RunDescription, type RunFiles } from './run-folder.js';
import { dataOf, heldOutSamples, openSamples } from './run-samples.js';
import { startingParameters } from './starting-parameters.js';
import { Trainer } from './trainer.js';
import { trainingLoop, type TrainingStep } from './training-loop.js';

/** What a training run is given. */
export interface TrainOptions {
  /** A recipe's name. */
  readonly recipe: string;
  /** What is wanted otherwise; when a run is resumed, otherwise than it was begun. */
  readonly changes?: RecipeChanges;
  /** Folders; none of any kind: those the run was begun with when it is resumed, else everything is drawn. */
  readonly foregrounds: readonly string[];
  readonly backgrounds: readonly string[];
  /** Folders of foregrounds to validate on; without any, drawn ones. */
  readonly heldOut: readonly string[];
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
  if (!earlier) requireBeginning(recipe, options);
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

    const folders = foldersOf(options, earlier);
    const data = dataOf(recipe, network, folders);
    const heldOut = await heldOutSamples(data, folders.heldOut, options);
    const samples = await openSamples(data, earlier?.progress.nextSample ?? 0, options);
    closers.push(() => samples.close());
    const log = await EventFile.create(files.log);
    closers.push(() => log.close());

    const pictures = await countPictures([...folders.foregrounds, ...folders.backgrounds]);
    const run = {
      ...{ recipe, data: folders, trainer, samples, log, files },
      validate: () => trainer.withAverage(() => heldOutLoss(recipe, network, parameters, heldOut)),
      describe: (progress: Progress) =>
        descriptionOf(recipe, network, { pictures, initial: options.initial }, progress),
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

/** A part that is trained alone, or everything at last, means nothing on a network that has learned nothing. */
function requireBeginning({ name, begins }: Recipe, { initial }: TrainOptions): void {
  if (begins === undefined || initial !== undefined) return;
  throw new MatteflowError('USAGE', {
    what: `${name} goes on from trained weights`,
    seen: 'none',
    expected: `the result of ${begins}`,
    remedy: `Name them: --initial runs/${begins}/weights.safetensors`,
  });
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

/** By full paths, so that a run may be resumed from another folder. */
function foldersOf(
  { foregrounds, backgrounds, heldOut }: TrainOptions,
  earlier: Checkpoint | undefined,
): DataFolders {
  if (earlier && foregrounds.length + backgrounds.length + heldOut.length === 0) return earlier.data;
  return {
    foregrounds: foregrounds.map((folder) => resolve(folder)),
    backgrounds: backgrounds.map((folder) => resolve(folder)),
    heldOut: heldOut.map((folder) => resolve(folder)),
  };
}

function descriptionOf(
  recipe: Recipe,
  network: NetworkModel,
  { pictures, initial }: { pictures: ReadonlyMap<string, number>; initial: string | undefined },
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
        data: [...pictures].map(([folder, items]) => ({ what: basename(folder), items, licence: 'unknown' })),
      },
    },
  };
}
