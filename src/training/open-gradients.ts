import type { NetworkModel } from '../matting/networks/model.js';
import { AdversarialGradients } from './adversarial-gradients.js';
import { trainedBy } from './back-propagation.js';
import { LocalGradients, type GradientSource } from './gradient-source.js';
import type { Parameters } from './parameters.js';
import type { Recipe } from './recipe.js';
import { startGradientThreads, usefulThreads, type ThreadOptions } from './threaded-gradients.js';

/**
 * The source of gradients that a recipe asks for: with a discriminator, on this thread, or on several.
 *
 * @param options.threads - as many as are useful unless told
 * @throws as `startGradientThreads`
 */
export async function openGradients(
  recipe: Recipe,
  network: NetworkModel,
  parameters: Parameters,
  { device, threads = usefulThreads(recipe, device) }: Pick<ThreadOptions, 'device'> & Partial<ThreadOptions>,
): Promise<GradientSource> {
  if (threads > 1) {
    const trained = trainedBy(recipe, network, parameters);
    return startGradientThreads(recipe, parameters.all, trained, { device, threads });
  }
  return recipe.losses.adversarial
    ? new AdversarialGradients(recipe, network, parameters)
    : new LocalGradients(recipe, network, parameters);
}
