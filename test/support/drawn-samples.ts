import { WHOLE_PICTURES, type DataRecipe } from '../../src/training/data/recipe.js';
import { SampleMaker } from '../../src/training/sample-maker.js';
import type { TrainingSample } from '../../src/training/sample.js';

/** The first samples of a recipe that needs no files: all foregrounds drawn, backgrounds made, each sample a picture. */
export async function drawnSamples(
  count: number,
  recipe: Omit<DataRecipe, 'pictures' | 'foregrounds' | 'backgrounds' | 'synthesised'>,
): Promise<TrainingSample[]> {
  const nothing = { foregrounds: [], backgrounds: [] };
  const maker = new SampleMaker({ ...recipe, ...nothing, pictures: WHOLE_PICTURES, synthesised: 1 }, nothing);
  const samples: TrainingSample[] = [];
  for (let number = 0; number < count; number++) samples.push(await maker.make(number));
  return samples;
}
