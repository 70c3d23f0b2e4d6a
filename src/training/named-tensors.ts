import * as tf from '@tensorflow/tfjs-core';
import { MatteflowError } from '../core/errors.js';

/** Numbers of tensors by name, as a checkpoint keeps them: in the order tfjs has them, rows × columns × inputs × outputs. */
export type NamedNumbers = ReadonlyMap<string, Float32Array>;

/** What is trained, or one number for each of its: by name. */
export type NamedTensors = ReadonlyMap<string, tf.Tensor>;

/** Several groups of numbers as one, `group/name`. */
export function grouped(groups: Readonly<Record<string, NamedNumbers>>): Map<string, Float32Array> {
  return new Map(
    Object.entries(groups).flatMap(([group, numbers]) =>
      [...numbers].map(([name, data]) => [`${group}/${name}`, data] as const),
    ),
  );
}

/** One of those groups, by the names it had. */
export function groupOf(numbers: NamedNumbers, group: string): NamedNumbers {
  return new Map(
    [...numbers].flatMap(([name, data]) =>
      name.startsWith(`${group}/`) ? [[name.slice(group.length + 1), data] as const] : [],
    ),
  );
}

/** Copies tensors out of the backend. */
export async function readNumbers(tensors: NamedTensors): Promise<Map<string, Float32Array>> {
  const numbers = new Map<string, Float32Array>();
  for (const [name, tensor] of tensors) numbers.set(name, Float32Array.from(await tensor.data()));
  return numbers;
}

/**
 * Tensors of the shapes of others, the caller's to dispose.
 *
 * @param subject - what the numbers are, for the message
 * @throws `WEIGHTS_CORRUPT` when a name is missing or left over, or has another count of numbers
 */
export function tensorsLike(
  shapes: NamedTensors,
  numbers: NamedNumbers,
  subject: string,
): Map<string, tf.Tensor> {
  for (const name of [...shapes.keys(), ...numbers.keys()]) {
    const [seen, expected] = [numbers.get(name)?.length, shapes.get(name)?.size];
    if (seen === expected) continue;
    throw new MatteflowError('WEIGHTS_CORRUPT', {
      what: `${subject} does not fit what is trained at "${name}"`,
      seen: seen === undefined ? 'no such name' : `${seen} numbers`,
      expected: expected === undefined ? 'no such name' : `${expected} numbers`,
      remedy: 'Resume with the recipe that the checkpoint was made by',
    });
  }
  return new Map([...shapes].map(([name, { shape }]) => [name, tf.tensor(numbers.get(name)!, shape)]));
}
