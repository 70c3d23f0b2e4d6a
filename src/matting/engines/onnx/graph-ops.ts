import type { BatchNorm, ConvOptions, Ops, PoolIndices, Pooled, TransposedConvOptions } from '../../ops.js';
import { foldNorm } from './fold-norm.js';
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
    bias: ValueName | undefined,
    { padding, stride = 1, dilation = 1, norm, activation }: ConvOptions<ValueName>,
  ): ValueName {
    const parameters = this.#folded(filter, bias, norm, 0);
    const [y] = this.#graph.node('Conv', [x, ...parameters], {
      pads: [padding, padding, padding, padding],
      strides: [stride, stride],
      dilations: [dilation, dilation],
    });
    return activation ? this.relu(y) : y;
  }

  transposedConv(
    x: ValueName,
    filter: ValueName,
    bias: ValueName | undefined,
    { padding, stride, extra = 0, norm, activation }: TransposedConvOptions<ValueName>,
  ): ValueName {
    const parameters = this.#folded(filter, bias, norm, 1);
    const [y] = this.#graph.node('ConvTranspose', [x, ...parameters], {
      pads: [padding, padding, padding, padding],
      strides: [stride, stride],
      output_padding: [extra, extra],
    });
    return activation ? this.relu(y) : y;
  }

  groupNorm(x: ValueName, groups: number, scale: ValueName, shift: ValueName, epsilon: number): ValueName {
    // A group read as one channel of one row, each is an instance of its own. (0: as long as the axis was.)
    const [grouped] = this.#graph.node('Reshape', [x, this.#graph.integers([0, groups, -1])]);
    const ones = this.#graph.floats(new Array<number>(groups).fill(1), [groups]);
    const zeros = this.#graph.floats(new Array<number>(groups).fill(0), [groups]);
    const [even] = this.#graph.node('InstanceNormalization', [grouped, ones, zeros], {
      epsilon: { float: epsilon },
    });
    const [shape] = this.#graph.node('Shape', [x]);
    const [normal] = this.#graph.node('Reshape', [even, shape]);
    const [scaled] = this.#graph.node('Mul', [normal, this.#overPixels(scale)]);
    return this.#graph.node('Add', [scaled, this.#overPixels(shift)])[0];
  }

  relu(x: ValueName): ValueName {
    return this.#graph.node('Relu', [x])[0];
  }

  leakyRelu(x: ValueName, slope: number): ValueName {
    return this.#graph.node('LeakyRelu', [x], { alpha: { float: slope } })[0];
  }

  sigmoid(x: ValueName): ValueName {
    return this.#graph.node('Sigmoid', [x])[0];
  }

  softmax(x: ValueName): ValueName {
    return this.#graph.node('Softmax', [x], { axis: 1 })[0];
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

  globalAverage(x: ValueName): ValueName {
    return this.#graph.node('GlobalAveragePool', [x])[0];
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

  /** Filter and bias, with a batch norm's work folded into them. */
  #folded(
    filter: ValueName,
    bias: ValueName | undefined,
    norm: BatchNorm<ValueName> | undefined,
    outputAxis: 0 | 1,
  ): ValueName[] {
    if (!norm) return bias === undefined ? [filter] : [filter, bias];
    const numbers = (name: ValueName): Float32Array => this.#graph.parameterTensor(name).data;
    const folded = foldNorm(
      this.#graph.parameterTensor(filter),
      bias === undefined ? undefined : numbers(bias),
      {
        scale: numbers(norm.scale),
        shift: numbers(norm.shift),
        mean: numbers(norm.mean),
        variance: numbers(norm.variance),
        epsilon: norm.epsilon,
      },
      outputAxis,
    );
    const { length } = folded.bias;
    return [
      this.#graph.parameter(`${filter}.folded`, folded.filter),
      this.#graph.parameter(`${filter}.folded-bias`, { shape: [length], data: folded.bias }),
    ];
  }

  /** A parameter (channels) as a map of one pixel, which every pixel is met by. */
  #overPixels(parameter: ValueName): ValueName {
    const { data } = this.#graph.parameterTensor(parameter);
    return this.#graph.parameter(`${parameter}.map`, { shape: [1, data.length, 1, 1], data });
  }

  #perChannel(value: number | readonly number[]): ValueName {
    if (typeof value === 'number') return this.#graph.floats([value], []);
    return this.#graph.floats(value, [1, value.length, 1, 1]);
  }
}
