import type { ConvOptions, PoolIndices, Pooled } from '../../ops.js';
import type { WeightTensor } from '../../weights/safetensors.js';
import { GraphOps } from './graph-ops.js';
import type { GraphWriter, ValueName } from './graph.js';

/** Channels that ONNX Runtime's fast convolutions take at a time (its NCHWc layout with AVX-512; half of it divides this). */
const BLOCK = 16;

/** What is known of a value without running the graph. */
interface Known {
  readonly channels: number;
  /** How many times the picture was halved on the way to it. */
  readonly level: number;
  /** What it was joined from. */
  readonly parts?: readonly ValueName[];
}

/**
 * Writes the same network in the form that ONNX Runtime's CPU kernels run fastest. Results differ by rounding only.
 *
 * - A convolution over joined maps whose channels do not fill blocks would leave the blocked layout for a kernel
 *   several times slower; it becomes a sum of convolutions, one a map.
 * - A convolution with one output would compute a whole block of them; as a transposed convolution with the kernel
 *   turned round it is one matrix product and an addition of shifted planes.
 * - Resizing by a factor known beforehand stays in the blocked layout; a size known only at run time does not.
 */
export class CpuGraphOps extends GraphOps {
  readonly #graph: GraphWriter;
  readonly #known = new Map<ValueName, Known>();

  /** @param input - the network's input and its channels */
  constructor(graph: GraphWriter, input: { readonly name: ValueName; readonly channels: number }) {
    super(graph);
    this.#graph = graph;
    this.#known.set(input.name, { channels: input.channels, level: 0 });
  }

  override conv(
    x: ValueName,
    filter: ValueName,
    bias: ValueName | undefined,
    options: ConvOptions<ValueName>,
  ): ValueName {
    const outputs = this.#graph.parameterTensor(filter).shape[0]!;
    const level = (this.#known.get(x)?.level ?? NaN) + Math.log2(options.stride ?? 1);
    const y = this.#special(x, filter, bias, options) ?? super.conv(x, filter, bias, options);
    this.#known.set(y, { channels: outputs, level });
    return y;
  }

  override relu(x: ValueName): ValueName {
    return this.#like(x, super.relu(x));
  }

  override maxPool(x: ValueName): Pooled<ValueName> {
    const pooled = super.maxPool(x);
    const known = this.#known.get(x);
    if (known) this.#known.set(pooled.values, { channels: known.channels, level: known.level + 1 });
    return pooled;
  }

  override unpool(x: ValueName, indices: PoolIndices<ValueName>): ValueName {
    return this.#like(indices.source, super.unpool(x, indices));
  }

  override resizeLike(x: ValueName, reference: ValueName): ValueName {
    const known = this.#known.get(x);
    const level = this.#known.get(reference)?.level ?? NaN;
    const factor = known ? 2 ** (known.level - level) : NaN;
    const y =
      factor >= 1 && Number.isInteger(factor) ? this.#enlarge(x, factor) : super.resizeLike(x, reference);
    if (known) this.#known.set(y, { channels: known.channels, level });
    return y;
  }

  override concat(parts: readonly ValueName[]): ValueName {
    const y = super.concat(parts);
    const known = parts.map((part) => this.#known.get(part));
    if (known.every((part) => part !== undefined)) {
      const channels = known.reduce((sum, part) => sum + part.channels, 0);
      this.#known.set(y, { channels, level: known[0]!.level, parts });
    }
    return y;
  }

  override add(a: ValueName, b: ValueName): ValueName {
    return this.#like(a, super.add(a, b));
  }

  override channels(x: ValueName, start: number, count: number): ValueName {
    const y = super.channels(x, start, count);
    const level = this.#known.get(x)?.level ?? NaN;
    this.#known.set(y, { channels: count, level });
    return y;
  }

  #special(
    x: ValueName,
    filter: ValueName,
    bias: ValueName | undefined,
    options: ConvOptions<ValueName>,
  ): ValueName | undefined {
    if (options.norm || bias === undefined) return undefined;
    return this.#convOfParts(x, filter, bias, options) ?? this.#convToOne(x, filter, bias, options);
  }

  #like(x: ValueName, y: ValueName): ValueName {
    const known = this.#known.get(x);
    if (known) this.#known.set(y, { channels: known.channels, level: known.level });
    return y;
  }

  #enlarge(x: ValueName, factor: number): ValueName {
    const scales = this.#graph.floats([1, 1, factor, factor], [4]);
    const attributes = { mode: 'linear', coordinate_transformation_mode: 'half_pixel' };
    return this.#graph.node('Resize', [x, '', scales], attributes)[0];
  }

  /** Σ conv(part), when `x` is a concat in which the blocks do not come out even. */
  #convOfParts(
    x: ValueName,
    filter: ValueName,
    bias: ValueName,
    options: ConvOptions<ValueName>,
  ): ValueName | undefined {
    const parts = this.#known.get(x)?.parts;
    if (!parts) return undefined;
    const widths = parts.map((part) => this.#known.get(part)!.channels);
    if (widths.every((width) => width % BLOCK === 0) || widths.every((width) => width < BLOCK))
      return undefined;
    const tensor = this.#graph.parameterTensor(filter);
    const { activation, ...linear } = options;
    let sum: ValueName | undefined;
    let start = 0;
    for (const [i, part] of parts.entries()) {
      const name = `${filter}[:, ${start}:${start + widths[i]!}]`;
      const piece = this.#graph.parameter(name, inputsOf(tensor, start, widths[i]!));
      const none = this.#graph.floats(new Array<number>(tensor.shape[0]!).fill(0), [tensor.shape[0]!]);
      const y = super.conv(part, piece, sum === undefined ? bias : none, linear);
      sum = sum === undefined ? y : super.add(sum, y);
      start += widths[i]!;
    }
    return activation ? super.relu(sum!) : sum;
  }

  /** Cross-correlation with one output, as the transposed convolution with the same taps in reverse. */
  #convToOne(
    x: ValueName,
    filter: ValueName,
    bias: ValueName,
    { padding, stride = 1, dilation = 1, activation }: ConvOptions<ValueName>,
  ): ValueName | undefined {
    const tensor = this.#graph.parameterTensor(filter);
    const [outputs, , rows, columns] = tensor.shape;
    // Same size in and out: otherwise the two kinds pad differently.
    if (
      outputs !== 1 ||
      stride !== 1 ||
      rows !== columns ||
      rows === 1 ||
      2 * padding !== dilation * (rows! - 1)
    )
      return undefined;
    const turned = this.#graph.parameter(`${filter} turned`, turnedRound(tensor));
    const [y] = this.#graph.node('ConvTranspose', [x, turned, bias], {
      pads: [padding, padding, padding, padding],
      dilations: [dilation, dilation],
    });
    return activation ? super.relu(y) : y;
  }
}

/** The filter's taps for some of its inputs, (outputs, count, rows, columns). */
function inputsOf({ shape, data }: WeightTensor, start: number, count: number): WeightTensor {
  const [outputs, inputs, rows, columns] = shape as [number, number, number, number];
  const taps = rows * columns;
  const piece = new Float32Array(outputs * count * taps);
  for (let o = 0; o < outputs; o += 1) {
    const from = (o * inputs + start) * taps;
    piece.set(data.subarray(from, from + count * taps), o * count * taps);
  }
  return { shape: [outputs, count, rows, columns], data: piece };
}

/** (1, inputs, rows, columns) as (inputs, 1, rows, columns), turned by half a turn: each input's taps in reverse. */
function turnedRound({ shape, data }: WeightTensor): WeightTensor {
  const [, inputs, rows, columns] = shape as [number, number, number, number];
  const taps = rows * columns;
  const turned = new Float32Array(data.length);
  for (let i = 0; i < inputs; i += 1) {
    for (let t = 0; t < taps; t += 1) turned[i * taps + t] = data[i * taps + taps - 1 - t]!;
  }
  return { shape: [inputs, 1, rows, columns], data: turned };
}
