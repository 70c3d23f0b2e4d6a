import type { ConvOptions, Ops, PoolIndices, Pooled } from '../../ops.js';
import type { GraphWriter, ValueName } from './graph.js';

/** Writes what a network does into an ONNX graph. Values are N,C,H,W; `T` is a value's name. */
export class GraphOps implements Ops<ValueName> {
  readonly #graph: GraphWriter;

  constructor(graph: GraphWriter) {
    this.#graph = graph;
  }

  conv(
    x: ValueName,
    filter: ValueName,
    bias: ValueName,
    { padding, stride = 1, dilation = 1, activation }: ConvOptions,
  ): ValueName {
    const [y] = this.#graph.node('Conv', [x, filter, bias], {
      pads: [padding, padding, padding, padding],
      strides: [stride, stride],
      dilations: [dilation, dilation],
    });
    return activation ? this.relu(y) : y;
  }

  relu(x: ValueName): ValueName {
    return this.#graph.node('Relu', [x])[0];
  }

  sigmoid(x: ValueName): ValueName {
    return this.#graph.node('Sigmoid', [x])[0];
  }

  maxPool(x: ValueName): Pooled<ValueName> {
    const [values, where] = this.#graph.node('MaxPool', [x], { kernel_shape: [2, 2], strides: [2, 2] }, 2);
    return { values, indices: { source: x, where: where! } };
  }

  unpool(x: ValueName, { source, where }: PoolIndices<ValueName>): ValueName {
    const [shape] = this.#graph.node('Shape', [source]);
    return this.#graph.node('MaxUnpool', [x, where, shape], { kernel_shape: [2, 2], strides: [2, 2] })[0];
  }

  resizeLike(x: ValueName, reference: ValueName): ValueName {
    const [size] = this.#graph.node('Shape', [reference], { start: 2, end: 4 });
    // The two empty names are inputs left out: a region of interest, and scales (the size says it).
    return this.#graph.node('Resize', [x, '', '', size], {
      axes: [2, 3],
      mode: 'linear',
      coordinate_transformation_mode: 'half_pixel',
    })[0];
  }

  concat(parts: readonly ValueName[]): ValueName {
    return this.#graph.node('Concat', parts, { axis: 1 })[0];
  }

  add(a: ValueName, b: ValueName): ValueName {
    return this.#graph.node('Add', [a, b])[0];
  }

  multiply(a: ValueName, b: ValueName): ValueName {
    return this.#graph.node('Mul', [a, b])[0];
  }

  affine(x: ValueName, scale: number | readonly number[], offset: number | readonly number[]): ValueName {
    const [scaled] = this.#graph.node('Mul', [x, this.#perChannel(scale)]);
    return this.#graph.node('Add', [scaled, this.#perChannel(offset)])[0];
  }

  clip(x: ValueName, min: number, max: number): ValueName {
    return this.#graph.node('Clip', [x, this.#graph.floats([min], []), this.#graph.floats([max], [])])[0];
  }

  channels(x: ValueName, start: number, count: number): ValueName {
    const from = this.#graph.integers([start]);
    const to = this.#graph.integers([start + count]);
    return this.#graph.node('Slice', [x, from, to, this.#graph.integers([1])])[0];
  }

  #perChannel(value: number | readonly number[]): ValueName {
    if (typeof value === 'number') return this.#graph.floats([value], []);
    return this.#graph.floats(value, [1, value.length, 1, 1]);
  }
}
