import type { WeightTensor } from '../../weights/safetensors.js';
import { halfBytes, LARGEST_HALF } from './float16.js';
import type { GraphWriter, OnnxGraph, ValueName } from './graph.js';
import { DATA_TYPE } from './messages.js';

/** Nearly all of a network's arithmetic and weights: always in half precision. */
const HEAVY = new Set(['Conv', 'ConvTranspose']);

/** What joins the maps of several layers on their way to a convolution: in half precision if any of them is. */
const JOINING = new Set(['Concat']);

/** What comes between convolutions: in half precision if all it reads is. */
const PASSING = new Set([
  ...['Relu', 'LeakyRelu', 'MaxPool', 'AveragePool', 'GlobalAveragePool', 'Resize', 'DepthToSpace'],
  ...['Slice', 'Add', 'Mul', 'Where', 'Equal'],
]);

/** What gives something other than real numbers. */
const UNREAL = new Set(['Shape', 'Equal']);

/**
 * Writes a network in half precision: convolutions and what lies between them in float16, weights included, all else
 * (what reads the input or makes the result: differences of alpha, logits, clipping) in float32, with casts at the
 * borders. The network is told nothing, so every operation that is not in the lists above stays in float32.
 *
 * Where a maximum lay is a matter of all digits: rounded to float16 many values of a window are equal, and an unpooling
 * would put the values of whole regions elsewhere. So in a network that undoes its poolings everything up to the last
 * of them stays in float32 as well.
 */
export class HalfWriter implements GraphWriter {
  readonly #graph: OnnxGraph;
  /** Constants in float32: parameters by their names, and numbers. */
  readonly #constants = new Map<ValueName, WeightTensor>();
  readonly #half = new Set<ValueName>();
  readonly #unreal = new Set<ValueName>(['']);
  /** The same value in the other precision. */
  readonly #twins = new Map<ValueName, ValueName>();

  /** Poolings still to come before half precision begins. */
  #pools: number;

  /** @param pools - how many poolings to stay in float32 for (`undonePoolings`) */
  constructor(graph: OnnxGraph, pools: number) {
    this.#graph = graph;
    this.#pools = pools;
  }

  node(
    opType: string,
    input: readonly ValueName[],
    attributes: Parameters<OnnxGraph['node']>[2] = {},
    outputs = 1,
  ): [ValueName, ...ValueName[]] {
    const half = this.#belongsInHalf(opType, input);
    const values = input.map((value) => {
      if (this.#unreal.has(value)) return value;
      return half ? this.#inHalf(value) : this.#inSingle(value);
    });
    const result = this.#graph.node(opType, values, attributes, outputs);
    if (opType === 'MaxPool') this.#pools -= 1;
    if (UNREAL.has(opType)) this.#unreal.add(result[0]);
    else if (half) this.#half.add(result[0]);
    for (const indices of result.slice(1)) this.#unreal.add(indices);
    return result;
  }

  parameter(name: string, tensor: WeightTensor): ValueName {
    this.#constants.set(name, tensor);
    return name;
  }

  parameterTensor(name: ValueName): WeightTensor {
    return this.#constants.get(name)!;
  }

  floats(values: readonly number[], shape: readonly number[]): ValueName {
    const name = this.#graph.floats(values, shape);
    this.#constants.set(name, { shape, data: Float32Array.from(values) });
    return name;
  }

  integers(values: readonly number[]): ValueName {
    const name = this.#graph.integers(values);
    this.#unreal.add(name);
    return name;
  }

  /** A value as float32, for what is written after the network. */
  single(value: ValueName): ValueName {
    return this.#inSingle(value);
  }

  #belongsInHalf(opType: string, input: readonly ValueName[]): boolean {
    if (this.#pools > 0) return false;
    const constants = input.flatMap((value) => this.#constants.get(value) ?? []);
    if (!constants.every(({ data }) => data.every((value) => Math.abs(value) <= LARGEST_HALF))) return false;
    if (HEAVY.has(opType)) return true;
    const maps = input.filter((value) => !this.#unreal.has(value) && !this.#constants.has(value));
    if (JOINING.has(opType)) return maps.some((value) => this.#half.has(value));
    return PASSING.has(opType) && maps.every((value) => this.#half.has(value));
  }

  #inHalf(value: ValueName): ValueName {
    if (this.#half.has(value)) return value;
    const constant = this.#constants.get(value);
    return this.#twin(value, () =>
      constant
        ? this.#graph.initialiser(
            `${value}:half`,
            DATA_TYPE.float16,
            constant.shape,
            halfBytes(constant.data),
          )
        : this.#graph.node('Cast', [value], { to: DATA_TYPE.float16 })[0],
    );
  }

  #inSingle(value: ValueName): ValueName {
    const constant = this.#constants.get(value);
    if (constant) return this.#graph.parameter(value, constant);
    if (!this.#half.has(value)) return value;
    return this.#twin(value, () => this.#graph.node('Cast', [value], { to: DATA_TYPE.float })[0]);
  }

  #twin(value: ValueName, make: () => ValueName): ValueName {
    const known = this.#twins.get(value);
    if (known !== undefined) return known;
    const twin = make();
    this.#twins.set(value, twin);
    return twin;
  }
}
