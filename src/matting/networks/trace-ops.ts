import type { BatchNorm, ConvOptions, Ops, PoolIndices, Pooled, TransposedConvOptions } from '../ops.js';
import {
  assert,
  EVERYTHING,
  joined,
  map,
  parameter,
  range,
  size,
  spanAt,
  traced,
  type Traced,
} from './traced.js';

/** What a layer does. Convolutions include their bias, batch norm and activation. */
export type LayerKind = 'conv' | 'transposed conv' | 'group norm' | 'max-pool' | 'unpool';

/** One layer as it was met. */
export interface TracedLayer {
  /** Where its parameters' names begin; for a layer without parameters its kind and number: `max-pool 1`. */
  readonly name: string;
  readonly kind: LayerKind;
  /** Width of the square window, samples. */
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Numbers that training changes. */
  readonly parameters: number;
  /** Multiplications with an addition each, for every pixel of the network's input. */
  readonly multiplyAdds: number;
}

/** Computes nothing, but notes each layer and which pixels its samples depend on. */
export class TraceOps implements Ops<Traced> {
  readonly layers: TracedLayer[] = [];
  readonly #pools: Traced[] = [];

  conv(x: Traced, filter: Traced, bias: Traced | undefined, options: ConvOptions<Traced>): Traced {
    const { padding, stride = 1, dilation = 1, norm } = options;
    const from = map(x);
    const { name, shape } = parameter(filter);
    const [outputs, inputs, kernel] = shape as [number, number, number];
    assert(from.channels === inputs, `${name} reads ${inputs} channels of ${from.channels}`);
    const spacing = from.spacing * stride;
    this.layers.push({
      name: layerName(name),
      kind: 'conv',
      ...{ kernel, stride, dilation, inputs, outputs },
      parameters: size(shape) + learnt(bias, norm),
      multiplyAdds: size(shape) / spacing ** 2,
    });
    return traced(outputs, spacing, (i) =>
      range(kernel).map((tap) => spanAt(from, i * stride - padding + tap * dilation)),
    );
  }

  transposedConv(
    x: Traced,
    filter: Traced,
    bias: Traced | undefined,
    { padding, stride, norm }: TransposedConvOptions<Traced>,
  ): Traced {
    const from = map(x);
    const { name, shape } = parameter(filter);
    const [inputs, outputs, kernel] = shape as [number, number, number];
    assert(from.channels === inputs, `${name} reads ${inputs} channels of ${from.channels}`);
    this.layers.push({
      name: layerName(name),
      kind: 'transposed conv',
      ...{ kernel, stride, dilation: 1, inputs, outputs },
      parameters: size(shape) + learnt(bias, norm),
      multiplyAdds: size(shape) / from.spacing ** 2,
    });
    return traced(outputs, from.spacing / stride, (i) => {
      // Those taps through which a sample of x comes to lie on sample i.
      const taps = range(kernel).filter((tap) => (i + padding - tap) % stride === 0);
      return taps.map((tap) => spanAt(from, (i + padding - tap) / stride));
    });
  }

  groupNorm(x: Traced, _groups: number, scale: Traced, shift: Traced): Traced {
    const from = map(x);
    const { channels } = from;
    const { name, shape } = parameter(scale);
    assert(shape[0] === channels, `${name} scales ${channels} channels`);
    this.layers.push({
      name: layerName(name),
      kind: 'group norm',
      ...{ kernel: 1, stride: 1, dilation: 1, inputs: channels, outputs: channels },
      parameters: size(shape) + size(parameter(shift).shape),
      multiplyAdds: 0,
    });
    return traced(channels, from.spacing, () => [EVERYTHING]);
  }

  relu(x: Traced): Traced {
    return x;
  }

  leakyRelu(x: Traced): Traced {
    return x;
  }

  softmax(x: Traced): Traced {
    return x;
  }

  sigmoid(x: Traced): Traced {
    return x;
  }

  maxPool(x: Traced): Pooled<Traced> {
    const from = map(x);
    const halved = (): Traced =>
      traced(from.channels, 2 * from.spacing, (i) => [spanAt(from, 2 * i), spanAt(from, 2 * i + 1)]);
    const where = halved();
    this.#pools.push(where);
    this.#pooling('max-pool', where, from.channels);
    return { values: halved(), indices: { source: x, where } };
  }

  unpool(x: Traced, { where }: PoolIndices<Traced>): Traced {
    const [from, places] = [map(x), map(where)];
    assert(from.channels === places.channels && from.spacing === places.spacing, 'unpooled as it was pooled');
    this.#pooling('unpool', where, from.channels);
    return traced(from.channels, from.spacing / 2, (i) =>
      [from, places].map((read) => spanAt(read, Math.floor(i / 2))),
    );
  }

  resizeLike(x: Traced, reference: Traced): Traced {
    const [from, { spacing }] = [map(x), map(reference)];
    return traced(from.channels, spacing, (i) => {
      const centre = ((i + 0.5) * spacing) / from.spacing - 0.5;
      return [Math.floor(centre), Math.ceil(centre)].map((sample) => spanAt(from, sample));
    });
  }

  globalAverage(x: Traced): Traced {
    const { channels } = map(x);
    return { kind: 'map', channels, spacing: Infinity, spans: [EVERYTHING] };
  }

  concat(parts: readonly Traced[]): Traced {
    return joined(
      parts,
      parts.reduce((sum, part) => sum + map(part).channels, 0),
    );
  }

  add(a: Traced, b: Traced): Traced {
    const [first, second] = [map(a).channels, map(b).channels];
    assert(first === second || Math.min(first, second) === 1, `${first} channels meet ${second}`);
    return joined([a, b], Math.max(first, second));
  }

  multiply(a: Traced, b: Traced): Traced {
    return this.add(a, b);
  }

  affine(x: Traced): Traced {
    return x;
  }

  clip(x: Traced): Traced {
    return x;
  }

  channels(x: Traced, start: number, count: number): Traced {
    assert(start + count <= map(x).channels, `channel ${start + count} of ${map(x).channels}`);
    return { ...map(x), channels: count };
  }

  #pooling(kind: 'max-pool' | 'unpool', where: Traced, channels: number): void {
    const name = `${kind} ${this.#pools.indexOf(where) + 1}`;
    const window = { kernel: 2, stride: 2, dilation: 1, inputs: channels, outputs: channels };
    this.layers.push({ name, kind, ...window, parameters: 0, multiplyAdds: 0 });
  }
}

/** What training changes of a convolution beside its filter: a norm's statistics are measured, not learnt. */
function learnt(bias: Traced | undefined, norm: BatchNorm<Traced> | undefined): number {
  const parameters = [bias, norm?.scale, norm?.shift].filter((value) => value !== undefined);
  return parameters.reduce((sum, value) => sum + size(parameter(value).shape), 0);
}

function layerName(filter: string): string {
  return filter.slice(0, filter.lastIndexOf('.'));
}
