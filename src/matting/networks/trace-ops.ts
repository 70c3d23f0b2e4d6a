import type { ConvOptions, Ops, PoolIndices, Pooled } from '../ops.js';

/** What a layer does; `conv` includes its bias and activation. */
export type LayerKind = 'conv' | 'max-pool' | 'unpool';

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

/** First and last pixel of the network's input that something depends on, both ends included. */
type Span = readonly [first: number, last: number];

interface TracedMap {
  readonly kind: 'map';
  readonly channels: number;
  /** Pixels of the input between two samples. */
  readonly spacing: number;
  /**
   * What the first samples of a row depend on: as many of them as lie in one `PERIOD`, after which it all repeats
   * `PERIOD` pixels on. Rows and columns are alike.
   */
  readonly spans: readonly Span[];
}

interface TracedParameter {
  readonly kind: 'parameter';
  readonly name: string;
  readonly shape: readonly number[];
}

/** A value in a network that is run for its structure alone. */
export type Traced = TracedMap | TracedParameter;

/** Pixels: a multiple of every spacing in use. */
const PERIOD = 32;

/** The picture a traced network reads: each sample is its own pixel. */
export function tracedInput(channels: number): Traced {
  return traced(channels, 1, (i) => [[i, i]]);
}

/** A parameter of a traced network. */
export function tracedParameter(name: string, shape: readonly number[]): Traced {
  return { kind: 'parameter', name, shape };
}

/** The widest stretch of input pixels, along a row, that a sample of the result depends on; null for all of them. */
export function receptiveField(result: Traced): number | null {
  const width = Math.max(...map(result).spans.map(([first, last]) => last - first + 1));
  return Number.isFinite(width) ? width : null;
}

/** Computes nothing, but notes each layer and which pixels its samples depend on. */
export class TraceOps implements Ops<Traced> {
  readonly layers: TracedLayer[] = [];
  readonly #pools: Traced[] = [];

  conv(x: Traced, filter: Traced, bias: Traced, options: ConvOptions): Traced {
    const { padding, stride = 1, dilation = 1 } = options;
    const from = map(x);
    const { name, shape } = parameter(filter);
    const [outputs, inputs, kernel] = shape as [number, number, number];
    assert(from.channels === inputs, `${name} reads ${inputs} channels of ${from.channels}`);
    const spacing = from.spacing * stride;
    this.layers.push({
      name: layerName(name),
      kind: 'conv',
      ...{ kernel, stride, dilation, inputs, outputs },
      parameters: size(shape) + size(parameter(bias).shape),
      multiplyAdds: size(shape) / spacing ** 2,
    });
    return traced(outputs, spacing, (i) =>
      range(kernel).map((tap) => spanAt(from, i * stride - padding + tap * dilation)),
    );
  }

  relu(x: Traced): Traced {
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

/** A map whose sample `i` depends on everything that `reads(i)` lists. */
function traced(channels: number, spacing: number, reads: (i: number) => readonly Span[]): TracedMap {
  const spans = range(Math.max(1, PERIOD / spacing)).map((i): Span => {
    const read = reads(i);
    return [Math.min(...read.map(([first]) => first)), Math.max(...read.map(([, last]) => last))];
  });
  return { kind: 'map', channels, spacing, spans };
}

function joined(parts: readonly Traced[], channels: number): Traced {
  const maps = parts.map(map);
  const { spacing } = maps[0]!;
  assert(
    maps.every((part) => part.spacing === spacing),
    'maps of one size',
  );
  return traced(channels, spacing, (i) => maps.map((part) => spanAt(part, i)));
}

/** What sample `i`, which may lie outside the first period, depends on. */
function spanAt({ spans }: TracedMap, i: number): Span {
  const periods = Math.floor(i / spans.length);
  const [first, last] = spans[i - periods * spans.length]!;
  return [first + periods * PERIOD, last + periods * PERIOD];
}

function map(value: Traced): TracedMap {
  assert(value.kind === 'map', 'a feature map');
  return value;
}

function parameter(value: Traced): TracedParameter {
  assert(value.kind === 'parameter', 'a parameter');
  return value;
}

function layerName(filter: string): string {
  return filter.slice(0, filter.lastIndexOf('.'));
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** A network that fails one is wrong in its code, not in its weights. */
function assert(holds: boolean, expected: string): asserts holds {
  if (!holds) throw new Error(`a network is built wrongly; expected: ${expected}`);
}
