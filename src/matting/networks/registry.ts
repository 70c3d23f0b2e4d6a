import { MatteflowError } from '../../core/errors.js';
import { alphaganModel } from './alphagan.js';
import { compactModel } from './compact.js';
import { dimModel } from './dim.js';
import type { ModelOptions, Network, NetworkModel } from './model.js';
import { PATCHGAN } from './patchgan.js';
import { trimapUnetModel } from './trimap-unet.js';

const MODELS = {
  compact: compactModel,
  dim: dimModel,
  alphagan: alphaganModel,
  'trimap-unet': trimapUnetModel,
} as const satisfies Record<string, (options: ModelOptions) => NetworkModel>;

/** The names that `networkModel` knows. */
export const MODEL_NAMES: readonly string[] = Object.keys(MODELS);

/** Networks that only training runs. */
const TRAINING_ONLY: readonly Network[] = [PATCHGAN];

/** The names that `networkNamed` knows: those of the models first. */
export const NETWORK_NAMES: readonly string[] = [...MODEL_NAMES, ...TRAINING_ONLY.map(({ name }) => name)];

/**
 * The model of that name.
 *
 * @param options - as in its card; absent ones take the model's defaults
 * @throws `MODEL_UNKNOWN` for a name that is none of them; `WEIGHTS_CORRUPT` for options the model cannot use
 */
export function networkModel(name: string, options: ModelOptions = {}): NetworkModel {
  const known = Object.entries(MODELS).find(([candidate]) => candidate === name);
  if (!known) throw unknown(name, MODEL_NAMES);
  return known[1](options);
}

/**
 * The network of that name: a model, or one that only training runs, which has no options.
 *
 * @throws `MODEL_UNKNOWN` for a name that is none of them; `WEIGHTS_CORRUPT` for options the model cannot use
 */
export function networkNamed(name: string, options: ModelOptions = {}): Network {
  const trained = TRAINING_ONLY.find((candidate) => candidate.name === name);
  if (trained) return trained;
  if (!NETWORK_NAMES.includes(name)) throw unknown(name, NETWORK_NAMES);
  return networkModel(name, options);
}

function unknown(name: string, known: readonly string[]): MatteflowError {
  return new MatteflowError('MODEL_UNKNOWN', {
    what: `there is no network called "${name}"`,
    expected: known.join(' or '),
  });
}
