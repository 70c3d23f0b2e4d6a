/** A thread of the sample stream. It keeps decoded pictures between samples, and nothing else. */
import { workerData } from 'node:worker_threads';
import { task, type Task } from '../core/thread.js';
import type { Material } from './data/material.js';
import type { DataRecipe } from './data/recipe.js';
import type { BrokenPicture } from './data/sources.js';
import { SampleMaker } from './sample-maker.js';
import type { TrainingSample } from './sample.js';

export interface SampleSetup {
  readonly recipe: DataRecipe;
  readonly material: Material;
  /** Of pictures this thread may keep. */
  readonly cacheBytes: number;
}

/** A sample, and the pictures that this thread found broken on the way to it. */
export interface MadeSample {
  readonly sample: TrainingSample;
  readonly broken: readonly BrokenPicture[];
}

const { recipe, material, cacheBytes } = workerData as SampleSetup;
let found: BrokenPicture[] = [];
const maker = new SampleMaker(recipe, material, { cacheBytes, onBroken: (picture) => found.push(picture) });

export const make: Task<number, MadeSample> = task(async (number) => {
  const sample = await maker.make(number);
  const broken = found;
  found = [];
  return { sample, broken };
});
