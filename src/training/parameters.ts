import * as tf from '@tensorflow/tfjs-core';
import { MatteflowError } from '../core/errors.js';
import { parameterTensor } from '../matting/engines/tfjs/parameter-tensor.js';
import type { BatchStatistics } from '../matting/engines/tfjs/training-ops.js';
import { parameterShapes } from '../matting/networks/inventory.js';
import type { Network } from '../matting/networks/model.js';
import type { BatchNorm, Ops, WeightScope } from '../matting/ops.js';
import type { WeightTensor } from '../matting/weights/safetensors.js';
import { checkPart, weightScope } from '../matting/weights/scope.js';
import { foldAddedNorms, normedLayers, NORM_EPSILON, NORM_PARAMETERS } from './added-norms.js';
import { initialParameter, type FilterStart } from './initialise.js';
import { readNumbers, type NamedTensors } from './named-tensors.js';
import type { Random } from './random.js';

export interface ParameterOptions {
  /** Numbers to begin with, by name; the others are drawn. */
  readonly initial?: ReadonlyMap<string, WeightTensor>;
  /** How the filter of that full name begins; `he` unless told. */
  readonly filterStart?: (name: string) => FilterStart;
  /**
   * Puts a batch norm behind every convolution that has a ReLU and no norm; `weights` folds it away again, so that what
   * is saved is the plain network. Not together with `initial`, whose function it would change. False unless told.
   */
  readonly addNorms?: boolean;
  /** Share of the running statistics that stays at each batch; 0.9 unless told, as PyTorch has it. */
  readonly statisticsDecay?: number;
}

const STATISTICS = /\.running_(mean|var)$/;

/**
 * A network's parameters as tfjs variables of the current backend, by the names they are stored under. Filters are
 * (rows, columns, inputs, outputs), as tfjs computes with them, and are brought to the stored order
 * (outputs, inputs, rows, columns) when they leave.
 */
export class Parameters {
  readonly #network: Network;
  readonly #shapes: ReadonlyMap<string, readonly number[]>;
  /** Names of the convolutions that have a norm the network does not know of. */
  readonly #normed: readonly string[];
  readonly #statisticsDecay: number;
  readonly #variables = new Map<string, tf.Variable>();

  /**
   * @param random - what parameters are drawn from, each from a stream of its own
   * @throws `WEIGHTS_CORRUPT` for initial numbers that do not fit the network; `USAGE` for them together with `addNorms`
   */
  constructor(network: Network, random: Random, options: ParameterOptions = {}) {
    const { initial, filterStart = () => 'he', addNorms = false, statisticsDecay = 0.9 } = options;
    if (initial && addNorms) {
      throw new MatteflowError('USAGE', {
        what: 'a network that begins with trained weights cannot be given batch norms',
        remedy: 'Leave out the norms, or begin from nothing',
      });
    }
    if (initial) checkPart(initial, network, 'the initial weights');
    this.#network = network;
    this.#statisticsDecay = statisticsDecay;
    this.#normed = addNorms ? normedLayers(network) : [];
    this.#shapes = this.#trainedShapes();
    for (const [name, shape] of this.#shapes) {
      const first = initial?.get(name) ?? initialParameter(name, shape, filterStart(name), random.fork(name));
      const tensor = parameterTensor(first);
      this.#variables.set(name, tf.variable(tensor, !STATISTICS.test(name)));
      tensor.dispose();
    }
  }

  /** Every variable: what a checkpoint and a moving average hold. */
  get all(): ReadonlyMap<string, tf.Variable> {
    return this.#variables;
  }

  /**
   * The variables that gradients change: all but the statistics of batch norms.
   *
   * @param prefix - only those whose names begin with it: `stage2.`
   */
  trainable(prefix = ''): ReadonlyMap<string, tf.Variable> {
    return new Map(
      [...this.#variables].filter(([name]) => name.startsWith(prefix) && !STATISTICS.test(name)),
    );
  }

  /** What `Network.build` reads. */
  get scope(): WeightScope<tf.Tensor> {
    const shapes = parameterShapes(this.#network);
    const known = new Map([...shapes].map(([name, shape]) => [name, { shape, data: new Float32Array() }]));
    return weightScope(known, (name) => this.#variables.get(name) ?? this.#addedShift(name));
  }

  /** `ops` with the added norms put in; without any, `ops` itself. */
  withNorms(ops: Ops<tf.Tensor>): Ops<tf.Tensor> {
    if (this.#normed.length === 0) return ops;
    const norms = new Map(
      this.#normed.map((layer) => [
        this.#variables.get(`${layer}.weight`) as tf.Tensor,
        this.#addedNorm(layer),
      ]),
    );
    return {
      ...ops,
      conv(x, filter, bias, options) {
        const norm = norms.get(filter);
        return norm
          ? ops.conv(x, filter, undefined, { ...options, norm })
          : ops.conv(x, filter, bias, options);
      },
    };
  }

  /** Moves the running statistics of a norm towards a batch's, which it disposes of: `trainingOps` calls it. */
  readonly follow = (norm: BatchNorm<tf.Tensor>, batch: BatchStatistics): void => {
    const share = 1 - this.#statisticsDecay;
    for (const field of ['mean', 'variance'] as const) {
      const running = norm[field] as tf.Variable;
      const next = tf.tidy(() => tf.add(running, tf.mul(tf.sub(batch[field], running), share)));
      running.assign(next);
      tf.dispose([next, batch[field]]);
    }
  };

  /**
   * The network's weights as they are stored, added norms folded away.
   *
   * @param values - other numbers for the same names: a moving average's
   */
  async weights(values: NamedTensors = this.#variables): Promise<Map<string, WeightTensor>> {
    const turned = new Map(
      [...values].map(([name, value]) => [
        name,
        tf.tidy(() => (value.rank === 4 ? tf.transpose(value, [3, 2, 0, 1]) : value.clone())),
      ]),
    );
    const numbers = await readNumbers(turned);
    tf.dispose([...turned.values()]);
    const tensors = new Map(
      [...this.#shapes].map(([name, shape]) => [name, { shape, data: numbers.get(name)! }]),
    );
    return foldAddedNorms(tensors, this.#normed);
  }

  dispose(): void {
    tf.dispose([...this.#variables.values()]);
  }

  /** The network's own shapes, with a norm's in the place of each bias that one makes pointless. */
  #trainedShapes(): ReadonlyMap<string, readonly number[]> {
    const shapes = new Map(parameterShapes(this.#network));
    for (const layer of this.#normed) {
      const outputs = shapes.get(`${layer}.bias`)!;
      shapes.delete(`${layer}.bias`);
      for (const field of Object.values(NORM_PARAMETERS)) shapes.set(`${layer}.${field}`, outputs);
    }
    return shapes;
  }

  #addedNorm(layer: string): BatchNorm<tf.Tensor> {
    const variable = (field: keyof typeof NORM_PARAMETERS): tf.Variable =>
      this.#variables.get(`${layer}.${NORM_PARAMETERS[field]}`)!;
    return {
      scale: variable('scale'),
      shift: variable('shift'),
      mean: variable('mean'),
      variance: variable('variance'),
      epsilon: NORM_EPSILON,
    };
  }

  /** What stands for the bias of a layer with an added norm; `withNorms` leaves it out. */
  #addedShift(name: string): tf.Tensor {
    return this.#addedNorm(name.replace(/\.bias$/, '')).shift;
  }
}
