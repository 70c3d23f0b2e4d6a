import type { WeightScope } from '../ops.js';
import type { Network, Stage } from './model.js';
import { TraceOps, type TracedLayer } from './trace-ops.js';
import { receptiveField, tracedInput, tracedParameter, type Traced } from './traced.js';

/** One layer of a network. */
export interface LayerRow extends TracedLayer {
  readonly stage: Stage;
}

/** What a network consists of. Totals are over its stages. */
export interface NetworkTable {
  /** In the order they run. */
  readonly layers: readonly LayerRow[];
  /** Numbers that training changes. */
  readonly parameters: number;
  /** Multiplications with an addition each, in convolutions, for every pixel of the input. */
  readonly multiplyAdds: number;
  /** Width, pixels, of the square of input that one pixel of a stage's output depends on; null for all of the input. */
  readonly receptiveFields: Readonly<Partial<Record<Stage, number | null>>>;
}

/** The layers of a network and what they cost, found by running it over nothing. */
export function networkTable(network: Network): NetworkTable {
  const layers: LayerRow[] = [];
  const receptiveFields: Partial<Record<Stage, number | null>> = {};
  for (const stage of network.stages) {
    const ops = new TraceOps();
    receptiveFields[stage] = receptiveField(trace(network, stage, ops, tracedParameter));
    layers.push(...ops.layers.map((layer) => ({ stage, ...layer })));
  }
  const total = (field: 'parameters' | 'multiplyAdds'): number =>
    layers.reduce((sum, layer) => sum + layer[field], 0);
  return {
    layers,
    parameters: total('parameters'),
    multiplyAdds: total('multiplyAdds'),
    receptiveFields,
  };
}

/**
 * Every parameter of a network, name → shape (stored order), found by running it over nothing.
 * What the weights of a file are held to, and what training from nothing has to initialise.
 */
export function parameterShapes(network: Network): ReadonlyMap<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  for (const stage of network.stages) {
    trace(network, stage, new TraceOps(), (name, shape) => {
      shapes.set(name, shape);
      return tracedParameter(name, shape);
    });
  }
  return shapes;
}

function trace(
  network: Network,
  stage: Stage,
  ops: TraceOps,
  get: (name: string, shape: readonly number[]) => Traced,
): Traced {
  const scope = (prefix: string): WeightScope<Traced> => ({
    at: (name) => scope(`${prefix}${name}.`),
    get: (name, shape) => get(prefix + name, shape),
  });
  return network.build(stage, ops, scope(''), tracedInput(network.channels[stage]));
}
