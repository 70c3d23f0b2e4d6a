import type { WeightTensor } from '../../weights/safetensors.js';
import {
  ATTRIBUTE_TYPE,
  DATA_TYPE,
  encodeModel,
  type AttributeMessage,
  type DataType,
  type NodeMessage,
  type TensorMessage,
  type ValueMessage,
} from './messages.js';

/** The name of a value in a graph. */
export type ValueName = string;

/** A number is written as a whole one; one with a fraction has to say that it is a float. */
type Attribute = number | string | readonly number[] | { readonly float: number };

/** What a network is written with. */
export type GraphWriter = Pick<OnnxGraph, 'node' | 'parameter' | 'parameterTensor' | 'floats' | 'integers'>;

/** An ONNX graph under construction: nodes in the order they were added, which is an order they can run in. */
export class OnnxGraph {
  readonly #nodes: NodeMessage[] = [];
  readonly #initialisers = new Map<ValueName, TensorMessage>();

  /** Adds an operation; `outputs` values come of it. */
  node(
    opType: string,
    input: readonly ValueName[],
    attributes: Readonly<Record<string, Attribute>> = {},
    outputs = 1,
  ): [ValueName, ...ValueName[]] {
    const place = this.#nodes.length;
    const rest = Array.from({ length: outputs - 1 }, (_, i) => `v${place}.${i + 1}`);
    const output: [ValueName, ...ValueName[]] = [`v${place}`, ...rest];
    this.#nodes.push({ opType, input, output, attribute: Object.entries(attributes).map(attributeMessage) });
    return output;
  }

  /** A parameter, kept under its own name; a second call with that name adds nothing. */
  parameter(name: string, { shape, data }: WeightTensor): ValueName {
    if (!this.#initialisers.has(name)) {
      const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      this.initialiser(name, DATA_TYPE.float, shape, rawData);
    }
    return name;
  }

  /** The numbers of a parameter. */
  parameterTensor(name: ValueName): WeightTensor {
    const { dims, rawData } = this.#initialisers.get(name)!;
    return {
      shape: dims,
      data: new Float32Array(rawData.buffer, rawData.byteOffset, rawData.byteLength / 4),
    };
  }

  /** Constant float32 numbers; a scalar for shape []. Equal constants are one. */
  floats(values: readonly number[], shape: readonly number[]): ValueName {
    const rawData = new Uint8Array(Float32Array.from(values).buffer);
    return this.#constant('f', values, shape, DATA_TYPE.float, rawData);
  }

  /** A constant list of whole numbers: axes, starts, ends. */
  integers(values: readonly number[]): ValueName {
    const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    return this.#constant('i', values, [values.length], DATA_TYPE.int64, rawData);
  }

  /** A constant whole number from 0 to 2³² − 1. */
  unsigned(value: number): ValueName {
    return this.#constant('u', [value], [], DATA_TYPE.uint32, new Uint8Array(Uint32Array.of(value).buffer));
  }

  /** A constant of any type under a name of the caller's; `rawData` is little-endian. */
  initialiser(name: ValueName, dataType: DataType, dims: readonly number[], rawData: Uint8Array): ValueName {
    this.#initialisers.set(name, { name, dataType, dims, rawData });
    return name;
  }

  /** The bytes of the finished ONNX file, whose output is the value `result`. */
  encode(
    name: string,
    input: readonly ValueMessage[],
    output: ValueMessage,
    result: ValueName,
    metadata: Readonly<Record<string, string>> = {},
  ): Uint8Array<ArrayBuffer> {
    const used = this.#usedNodes(result);
    const read = new Set(used.flatMap((node) => node.input));
    const rename: NodeMessage = {
      opType: 'Identity',
      input: [result],
      output: [output.name],
      attribute: [],
    };
    const initializer = [...this.#initialisers.values()].filter(({ name }) => read.has(name));
    const message = { name, node: [...used, rename], initializer, input, output: [output] };
    return encodeModel(message, metadata);
  }

  /** The nodes that `result` comes of, each without the further outputs that nobody reads: with its indices, a pooling cannot use its fast kernel. */
  #usedNodes(result: ValueName): NodeMessage[] {
    const read = new Set([result]);
    const used: NodeMessage[] = [];
    for (const node of [...this.#nodes].reverse()) {
      if (!node.output.some((value) => read.has(value))) continue;
      for (const value of node.input) read.add(value);
      used.push({ ...node, output: node.output.filter((value, i) => i === 0 || read.has(value)) });
    }
    return used.reverse();
  }

  #constant(
    kind: 'f' | 'i' | 'u',
    values: readonly number[],
    dims: readonly number[],
    dataType: DataType,
    rawData: Uint8Array,
  ): ValueName {
    return this.initialiser(`${kind}[${dims.join('x')}]:${values.join(',')}`, dataType, dims, rawData);
  }
}

function attributeMessage([name, value]: [string, Attribute]): AttributeMessage {
  if (typeof value === 'number') return { name, type: ATTRIBUTE_TYPE.int, i: value };
  if (typeof value === 'string') {
    return { name, type: ATTRIBUTE_TYPE.string, s: new TextEncoder().encode(value) };
  }
  if ('float' in value) return { name, type: ATTRIBUTE_TYPE.float, f: value.float };
  return { name, type: ATTRIBUTE_TYPE.ints, ints: value };
}
