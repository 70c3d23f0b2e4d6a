import { MatteflowError } from '../../core/errors.js';
import { parameterShapes } from '../networks/inventory.js';
import type { Network } from '../networks/model.js';
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
  required: Network,
  allowed: Network,
  subject: string,
): void {
  const shapes = parameterShapes(required);
  const missing = [...shapes.keys()].filter((name) => !tensors.has(name));
  if (missing.length > 0) {
    throw misfit(required, subject, 'there are no tensors for some parameters of', missing, 'all of them');
  }
  const known = parameterShapes(allowed);
  const strange = [...tensors.keys()].filter((name) => !known.has(name));
  if (strange.length > 0) {
    throw misfit(required, subject, 'there are tensors that are no parameters of', strange, 'none');
  }
  requireShapes(
    new Map([...shapes.keys()].map((name) => [name, tensors.get(name)!])),
    shapes,
    required,
    subject,
  );
}

/**
 * Holds some of a model's tensors to it: all known, every shape right, every number finite.
 *
 * @throws `WEIGHTS_CORRUPT` naming the first few of what is wrong, and how many there are
 */
export function checkPart(
  tensors: ReadonlyMap<string, WeightTensor>,
  network: Network,
  subject: string,
): void {
  const known = parameterShapes(network);
  const strange = [...tensors.keys()].filter((name) => !known.has(name));
  if (strange.length > 0) {
    throw misfit(network, subject, 'there are tensors that are no parameters of', strange, 'none');
  }
  requireShapes(tensors, known, network, subject);
}

function requireShapes(
  tensors: ReadonlyMap<string, WeightTensor>,
  shapes: ReadonlyMap<string, readonly number[]>,
  network: Network,
  subject: string,
): void {
  const wrong = [...tensors].filter(([name, { shape }]) => !sameShape(shape, shapes.get(name)!));
  if (wrong.length > 0) {
    const seen = wrong.map(([name, { shape }]) => `${name} ${shapeText(shape)}`);
    const expected = shapeText(shapes.get(wrong[0]![0])!);
    throw misfit(network, subject, 'tensors have other shapes than the parameters of', seen, expected);
  }
  const broken = [...tensors].filter(([, { data }]) => !allFinite(data)).map(([name]) => name);
  if (broken.length > 0) {
    const what = 'there are numbers that are not finite among those of';
    throw misfit(network, subject, what, broken, 'finite numbers');
  }
}

function misfit(
  network: Network,
  subject: string,
  what: string,
  seen: readonly string[],
  expected: string,
): MatteflowError {
  return new MatteflowError('WEIGHTS_CORRUPT', {
    what: `${what} the model ${network.name}`,
    seen: firstFew(seen),
    expected,
    remedy: 'Check that the card beside the weights names the model and options they were made with',
    subject,
  });
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
