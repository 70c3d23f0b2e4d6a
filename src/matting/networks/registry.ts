import { MatteflowError } from '../../core/errors.js';
import { compactModel } from './compact.js';
import { dimModel } from './dim.js';
import type { ModelOptions, NetworkModel } from './model.js';

const MODELS = {
  compact: compactModel,
  dim: dimModel,
} as const satisfies Record<string, (options: ModelOptions) => NetworkModel>;

/** The names there are. */
export function networkNames(): readonly string[] {
  return Object.keys(MODELS);
}

/**
 * The model of that name.
 *
 * @param options - as in its card; absent ones take the model's defaults
 * @throws `MODEL_UNKNOWN` for a name that is none of them; `WEIGHTS_CORRUPT` for options the model cannot use
 */
export function networkModel(name: string, options: ModelOptions = {}): NetworkModel {
  const known = Object.entries(MODELS).find(([candidate]) => candidate === name);
  if (!known) {
    throw new MatteflowError('MODEL_UNKNOWN', {
      what: `there is no network called "${name}"`,
      expected: Object.keys(MODELS).join(' or '),
    });
  }
  return known[1](options);
}
