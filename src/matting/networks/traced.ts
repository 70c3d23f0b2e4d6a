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

export const EVERYTHING: Span = [-Infinity, Infinity];

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

/** A map whose sample `i` depends on everything that `reads(i)` lists. */
export function traced(channels: number, spacing: number, reads: (i: number) => readonly Span[]): TracedMap {
  const spans = range(Math.max(1, PERIOD / spacing)).map((i): Span => {
    const read = reads(i);
    return [Math.min(...read.map(([first]) => first)), Math.max(...read.map(([, last]) => last))];
  });
  return { kind: 'map', channels, spacing, spans };
}

export function joined(parts: readonly Traced[], channels: number): Traced {
  const maps = parts.map(map);
  const { spacing } = maps[0]!;
  assert(
    maps.every((part) => part.spacing === spacing),
    'maps of one size',
  );
  return traced(channels, spacing, (i) => maps.map((part) => spanAt(part, i)));
}

/** What sample `i`, which may lie outside the first period, depends on. */
export function spanAt({ spans }: TracedMap, i: number): Span {
  const periods = Math.floor(i / spans.length);
  const [first, last] = spans[i - periods * spans.length]!;
  return [first + periods * PERIOD, last + periods * PERIOD];
}

export function map(value: Traced): TracedMap {
  assert(value.kind === 'map', 'a feature map');
  return value;
}

export function parameter(value: Traced): TracedParameter {
  assert(value.kind === 'parameter', 'a parameter');
  return value;
}

export function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** A network that fails one is wrong in its code, not in its weights. */
export function assert(holds: boolean, expected: string): asserts holds {
  if (!holds) throw new Error(`a network is built wrongly; expected: ${expected}`);
}
