import { parameterShapes } from '../matting/networks/inventory.js';
import type { NetworkModel } from '../matting/networks/model.js';
import { loadInitialWeights } from '../matting/weights/load.js';
import type { FilterStart } from './initialise.js';
import { Parameters } from './parameters.js';
import { Random } from './random.js';
import type { Recipe } from './recipe.js';

/** The network's parameters: drawn, or from weights where they have them. */
export async function startingParameters(
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
