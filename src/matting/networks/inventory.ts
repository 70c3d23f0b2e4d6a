import type { Ops, WeightScope } from '../ops.js';
import type { NetworkModel } from './model.js';

const NOTHING = null;

/** Computes nothing: it lets a network's function run for the names it asks for. */
const IDLE: Ops<null> = {
  conv: () => NOTHING,
  relu: () => NOTHING,
  sigmoid: () => NOTHING,
  maxPool: () => ({ values: NOTHING, indices: { source: NOTHING, where: NOTHING } }),
  unpool: () => NOTHING,
  resizeLike: () => NOTHING,
  concat: () => NOTHING,
  add: () => NOTHING,
  multiply: () => NOTHING,
  affine: () => NOTHING,
  clip: () => NOTHING,
  channels: () => NOTHING,
};

/**
 * Every parameter of a model, name → shape (stored order), found by running its networks over nothing.
 * What the weights of a file are held to, and what training from nothing has to initialise.
 */
export function parameterShapes(model: NetworkModel): ReadonlyMap<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  const scope = (prefix: string): WeightScope<null> => ({
    at: (name) => scope(`${prefix}${name}.`),
    get: (name, shape) => {
      shapes.set(prefix + name, shape);
      return NOTHING;
    },
  });
  for (const stage of model.stages) model.build(stage, IDLE, scope(''), NOTHING);
  return shapes;
}
