import { parameterShapes } from '../../src/matting/networks/inventory.js';
import type { Network } from '../../src/matting/networks/model.js';
import type { WeightTensor } from '../../src/matting/weights/safetensors.js';
import { noise } from './made-input.js';

/**
 * Twin of `made_weights` in fixtures/golden/golden_support.py: numbers for every parameter of a network.
 *
 * @param known - parameters that have numbers of their own
 */
export function madeWeights(
  network: Network,
  seed: number,
  known: ReadonlyMap<string, WeightTensor>,
): ReadonlyMap<string, WeightTensor> {
  const shapes = [...parameterShapes(network)].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(
    shapes.map(([name, shape], place) => {
      const count = shape.reduce((product, size) => product * size, 1);
      const u = noise(count, 1000 * seed + place);
      return [name, known.get(name) ?? { shape, data: u.map(scaling(name, shape)) }];
    }),
  );
}

function scaling(name: string, shape: readonly number[]): (u: number) => number {
  if (shape.length === 4) {
    const deviation = Math.sqrt(24 / (shape[1]! * shape[2]! * shape[3]!));
    return (u) => (u - 0.5) * deviation;
  }
  if (name.endsWith('.bn3.weight')) return (u) => 0.1 + 0.2 * u;
  return name.endsWith('.running_var') || name.endsWith('.weight') ? (u) => 0.5 + u : (u) => (u - 0.5) * 0.2;
}
