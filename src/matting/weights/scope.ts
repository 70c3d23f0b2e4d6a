import { MatteflowError } from '../../core/errors.js';
import { parameterShapes } from '../networks/inventory.js';
import type { NetworkModel } from '../networks/model.js';
import type { WeightScope } from '../ops.js';
import { firstFew, shapeText } from './corrupt.js';
import type { WeightTensor } from './safetensors.js';

/**
 * A weight scope over the tensors of a file.
 *
 * @param lift - makes the engine's value of a tensor, or finds the one it made before; `name` is the full name
 */
export function weightScope<T>(
  tensors: ReadonlyMap<string, WeightTensor>,
  lift: (name: string, tensor: WeightTensor) => T,
  prefix = '',
): WeightScope<T> {
  return {
    at: (name) => weightScope(tensors, lift, `${prefix}${name}.`),
    get: (name, shape) => {
      const full = prefix + name;
      const tensor = tensors.get(full);
      if (tensor && sameShape(tensor.shape, shape)) return lift(full, tensor);
      throw new MatteflowError('WEIGHTS_CORRUPT', {
        what: `the weights do not hold "${full}" as the network needs it`,
        seen: tensor ? shapeText(tensor.shape) : 'no such name',
        expected: shapeText(shape),
      });
    },
  };
}

/**
 * Holds a file's tensors to a model: all names there, none left over, every shape right, every number finite.
 *
 * @param required - the model as it will run
 * @param allowed - the model with all its stages, whose other parameters may stand in the file unused
 * @param subject - the file's name, for messages
 * @throws `WEIGHTS_CORRUPT` naming the first few of what is wrong, and how many there are
 */
export function checkWeights(
  tensors: ReadonlyMap<string, WeightTensor>,
  required: NetworkModel,
  allowed: NetworkModel,
  subject: string,
): void {
  const shapes = parameterShapes(required);
  const known = parameterShapes(allowed);
  const fail = (what: string, seen: readonly string[], expected: string): never => {
    throw new MatteflowError('WEIGHTS_CORRUPT', {
      what: `${what} the model ${required.name}`,
      seen: firstFew(seen),
      expected,
      remedy: 'Check that the card beside the weights names the model and options they were made with',
      subject,
    });
  };
  const missing = [...shapes.keys()].filter((name) => !tensors.has(name));
  if (missing.length > 0) fail('there are no tensors for some parameters of', missing, 'all of them');
  const strange = [...tensors.keys()].filter((name) => !known.has(name));
  if (strange.length > 0) fail('there are tensors that are no parameters of', strange, 'none');
  const wrong = [...shapes].filter(([name, shape]) => !sameShape(tensors.get(name)!.shape, shape));
  if (wrong.length > 0) {
    const seen = wrong.map(([name]) => `${name} ${shapeText(tensors.get(name)!.shape)}`);
    fail('tensors have other shapes than the parameters of', seen, wrong.map(([, s]) => shapeText(s))[0]!);
  }
  const broken = [...shapes.keys()].filter((name) => !allFinite(tensors.get(name)!.data));
  if (broken.length > 0)
    fail('there are numbers that are not finite among those of', broken, 'finite numbers');
}

/** Infinity and NaN times 0 are NaN, which a sum keeps: several times as fast as asking each of millions. */
function allFinite(data: Float32Array): boolean {
  let sum = 0;
  for (let i = data.length - 1; i >= 0; i--) sum += data[i]! * 0;
  return sum === 0;
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
