import { parameterShapes } from '../../networks/inventory.js';
import type { ModelOptions } from '../../networks/model.js';
import { networkModel, MODEL_NAMES } from '../../networks/registry.js';
import type { Complaint } from '../corrupt.js';
import { readOptionsText } from '../metadata.js';
import { dimOptions } from './dim-shapes.js';
import {
  generatorOptions,
  refuseChoices,
  requireOrigins,
  type Layout,
  type LayoutChoices,
} from './layout.js';

/**
 * Weights under our own names, from a training script. The file's metadata may say which model they are for, and its
 * options; otherwise the names tell the model, and the shapes its widths.
 */
export const matteflow: Layout = ({ shapes, metadata }, choices, corrupt) => {
  const model = metadata.model ?? modelOf(shapes, corrupt);
  if (model !== 'dim') refuseChoices(choices, ['conv6', 'skips'], `the model ${model}`);
  const options =
    metadata.options === undefined
      ? optionsOf(model, shapes, choices, corrupt)
      : readOptionsText(metadata.options, corrupt);
  const wanted = parameterShapes(networkModel(model, options));
  const origins = [...wanted].map(([name, shape]) => ({ ours: name, theirs: name, shape }));
  const isCounter = (name: string): boolean => name.endsWith('.num_batches_tracked');
  const dropped = requireOrigins(shapes, origins, isCounter, `the model ${model}`, corrupt);
  return { model, options, origins, dropped };
};

/** The model that has most of the file's names. */
function modelOf(shapes: ReadonlyMap<string, readonly number[]>, corrupt: Complaint): string {
  const shares = MODEL_NAMES.map((name) => {
    const names = [...parameterShapes(networkModel(name)).keys()];
    return { name, shared: names.filter((parameter) => shapes.has(parameter)).length };
  });
  const best = shares.reduce((a, b) => (b.shared > a.shared ? b : a));
  if (best.shared > 0) return best.name;
  const seen = [...shapes.keys()].slice(0, 3).join(', ');
  throw corrupt('the tensors are of no model here', seen, `the names of ${MODEL_NAMES.join(' or ')}`);
}

function optionsOf(
  model: string,
  shapes: ReadonlyMap<string, readonly number[]>,
  choices: LayoutChoices,
  corrupt: Complaint,
): ModelOptions {
  if (model === 'dim') return dimOptions(shapes, (ours) => ours, choices, corrupt);
  if (model === 'alphagan') return generatorOptions(shapes, 'encoder.conv1.weight');
  if (networkModel(model).stages.length === 1) return {};
  const first = parameterShapes(networkModel(model, { stages: 1 }));
  const both = parameterShapes(networkModel(model));
  const hasSecond = [...both.keys()].some((name) => !first.has(name) && shapes.has(name));
  return { stages: hasSecond ? 2 : 1 };
}
