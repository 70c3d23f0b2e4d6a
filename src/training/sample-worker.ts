/** A thread of the sample stream. It keeps decoded pictures between samples, and nothing else. */
import { workerData } from 'node:worker_threads';
import { task, type Task } from '../core/thread.js';
import type { Material } from './data/material.js';
import type { DataRecipe } from './data/recipe.js';
import { SampleMaker } from './sample-maker.js';
import type { TrainingSample } from './sample.js';

export interface SampleSetup {
  readonly recipe: DataRecipe;
  readonly material: Material;
  /** Of pictures this thread may keep. */
  readonly cacheBytes: number;
}

/** A sample, and what there was to say about the pictures it was made of. */
export interface MadeSample {
  readonly sample: TrainingSample;
  readonly notices: readonly string[];
}

const { recipe, material, cacheBytes } = workerData as SampleSetup;
let notices: string[] = [];
const maker = new SampleMaker(recipe, material, { cacheBytes, onNotice: (notice) => notices.push(notice) });

export const make: Task<number, MadeSample> = task(async (number) => {
  const sample = await maker.make(number);
  const said = notices;
  notices = [];
  return { sample, notices: said };
});
