import type { BatchNorm, Ops, PoolIndices, Pooled } from '../../src/matting/ops.js';

/** Feature maps (channels, rows, columns) of one picture; or a parameter, whose shape is all its own. */
export interface SlowMap {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Channels, rows, columns → one number. */
type Pixel = (c: number, y: number, x: number) => number;

function make(shape: readonly [number, number, number], pixel: Pixel): SlowMap {
  const [channels, rows, columns] = shape;
  const data = new Float64Array(channels * rows * columns);
  let at = 0;
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < rows; y++) for (let x = 0; x < columns; x++) data[at++] = pixel(c, y, x);
  }
  return { shape, data };
}

function size(map: SlowMap): [number, number, number] {
  return map.shape as unknown as [number, number, number];
}

/** Reads a map; 0 outside of it, and one channel stands for all. */
function reader(map: SlowMap): Pixel {
  const [channels, rows, columns] = size(map);
  return (c, y, x) => {
    const inside = y >= 0 && y < rows && x >= 0 && x < columns;
    return inside ? map.data[((channels === 1 ? 0 : c) * rows + y) * columns + x]! : 0;
  };
}

function each(a: SlowMap, b: SlowMap, f: (a: number, b: number) => number): SlowMap {
  const [first, second] = [reader(a), reader(b)];
  const [channels, rows, columns] = size(a);
  return make([Math.max(channels, size(b)[0]), rows, columns], (c, y, x) =>
    f(first(c, y, x), second(c, y, x)),
  );
}

function map(a: SlowMap, f: (value: number, channel: number) => number): SlowMap {
  const value = reader(a);
  return make(size(a), (c, y, x) => f(value(c, y, x), c));
}

/** A batch norm and a ReLU, as far as they are asked for. */
function finished(y: SlowMap, norm: BatchNorm<SlowMap> | undefined, activation: 'relu' | undefined): SlowMap {
  const normal = norm
    ? map(y, (value, c) => {
        const [scale, shift, mean, variance] = [norm.scale, norm.shift, norm.mean, norm.variance].map(
          ({ data }) => data[c]!,
        ) as [number, number, number, number];
        return ((value - mean) / Math.sqrt(variance + norm.epsilon)) * scale + shift;
      })
    : y;
  return activation ? SLOW_OPS.relu(normal) : normal;
}

function average(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

/** The four places of a window in reading order. */
const PLACES = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;

/** Every operation as its definition reads, in double precision: what the engines are held to. */
export const SLOW_OPS: Ops<SlowMap> = {
  conv(x, filter, bias, { padding, stride = 1, dilation = 1, norm, activation }) {
    const [outputs, inputs, kernelRows, kernelColumns] = filter.shape as [number, number, number, number];
    const value = reader(x);
    const out = (length: number, kernel: number): number =>
      Math.floor((length + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
    const [, rows, columns] = size(x);
    const result = make([outputs, out(rows, kernelRows), out(columns, kernelColumns)], (o, y, col) => {
      let sum = bias?.data[o] ?? 0;
      for (let c = 0; c < inputs; c++) {
        for (let ky = 0; ky < kernelRows; ky++) {
          for (let kx = 0; kx < kernelColumns; kx++) {
            const weight = filter.data[((o * inputs + c) * kernelRows + ky) * kernelColumns + kx]!;
            const from = [
              y * stride + ky * dilation - padding,
              col * stride + kx * dilation - padding,
            ] as const;
            sum += weight * value(c, ...from);
          }
        }
      }
      return sum;
    });
    return finished(result, norm, activation);
  },
  transposedConv(x, filter, bias, { padding, stride, extra = 0, norm, activation }) {
    const [inputs, outputs, kernelRows, kernelColumns] = filter.shape as [number, number, number, number];
    const value = reader(x);
    const [, rows, columns] = size(x);
    const out = (length: number, kernel: number): number =>
      stride * (length - 1) - 2 * padding + kernel + extra;
    const shape = [outputs, out(rows, kernelRows), out(columns, kernelColumns)] as const;
    const result = make(shape, (o) => bias?.data[o] ?? 0);
    for (let o = 0; o < outputs; o++) {
      for (let c = 0; c < inputs; c++) {
        for (let y = 0; y < rows; y++) {
          for (let col = 0; col < columns; col++) {
            for (let ky = 0; ky < kernelRows; ky++) {
              for (let kx = 0; kx < kernelColumns; kx++) {
                const [toY, toX] = [y * stride + ky - padding, col * stride + kx - padding];
                if (toY < 0 || toY >= shape[1] || toX < 0 || toX >= shape[2]) continue;
                const weight = filter.data[((c * outputs + o) * kernelRows + ky) * kernelColumns + kx]!;
                result.data[(o * shape[1] + toY) * shape[2] + toX]! += weight * value(c, y, col);
              }
            }
          }
        }
      }
    }
    return finished(result, norm, activation);
  },
  groupNorm(x, groups, scale, shift, epsilon) {
    const [channels, rows, columns] = size(x);
    const length = (channels / groups) * rows * columns;
    const statistics = Array.from({ length: groups }, (_, g) => {
      const members = [...x.data.subarray(g * length, (g + 1) * length)];
      const mean = average(members);
      return { mean, deviation: Math.sqrt(average(members.map((value) => (value - mean) ** 2)) + epsilon) };
    });
    return map(x, (value, c) => {
      const { mean, deviation } = statistics[Math.floor((c * groups) / channels)]!;
      return ((value - mean) / deviation) * scale.data[c]! + shift.data[c]!;
    });
  },
  relu: (x) => map(x, (value) => Math.max(0, value)),
  leakyRelu: (x, slope) => map(x, (value) => (value > 0 ? value : slope * value)),
  sigmoid: (x) => map(x, (value) => 1 / (1 + Math.exp(-value))),
  softmax(x) {
    const value = reader(x);
    const [channels] = size(x);
    return make(size(x), (c, y, col) => {
      const sum = Array.from({ length: channels }, (_, k) => Math.exp(value(k, y, col) - value(c, y, col)));
      return 1 / sum.reduce((total, term) => total + term, 0);
    });
  },
  maxPool(x): Pooled<SlowMap> {
    const value = reader(x);
    const [channels, rows, columns] = size(x);
    const pooled: [number, number, number] = [channels, rows / 2, columns / 2];
    const window = (c: number, y: number, col: number): number[] =>
      PLACES.map(([dy, dx]) => value(c, 2 * y + dy, 2 * col + dx));
    const values = make(pooled, (...at) => Math.max(...window(...at)));
    const where = make(pooled, (...at) => window(...at).indexOf(Math.max(...window(...at))));
    return { values, indices: { source: x, where } };
  },
  unpool(x, { source, where }: PoolIndices<SlowMap>) {
    const [value, place] = [reader(x), reader(where)];
    return make(size(source), (c, y, col) => {
      const at = [c, Math.floor(y / 2), Math.floor(col / 2)] as const;
      return place(...at) === 2 * (y % 2) + (col % 2) ? value(...at) : 0;
    });
  },
  resizeLike(x, reference) {
    const value = reader(x);
    const [channels, rows, columns] = size(x);
    const [, toRows, toColumns] = size(reference);
    const neighbours = (to: number, from: number, at: number): [number, number, number] => {
      const centre = Math.min(Math.max(((at + 0.5) * from) / to - 0.5, 0), from - 1);
      const low = Math.floor(centre);
      return [low, Math.min(low + 1, from - 1), centre - low];
    };
    return make([channels, toRows, toColumns], (c, y, col) => {
      const [top, bottom, down] = neighbours(toRows, rows, y);
      const [left, right, along] = neighbours(toColumns, columns, col);
      const line = (row: number): number => value(c, row, left) * (1 - along) + value(c, row, right) * along;
      return line(top) * (1 - down) + line(bottom) * down;
    });
  },
  globalAverage(x) {
    const [channels, rows, columns] = size(x);
    const plane = rows * columns;
    return make([channels, 1, 1], (c) => average([...x.data.subarray(c * plane, (c + 1) * plane)]));
  },
  concat(parts) {
    const all = parts.flatMap((part) => Array.from({ length: size(part)[0] }, (_, c) => [part, c] as const));
    const [, rows, columns] = size(parts[0]!);
    return make([all.length, rows, columns], (c, y, x) => {
      const [part, channel] = all[c]!;
      return reader(part)(channel, y, x);
    });
  },
  add: (a, b) => each(a, b, (p, q) => p + q),
  multiply: (a, b) => each(a, b, (p, q) => p * q),
  affine(x, scale, offset) {
    const pick = (numbers: number | readonly number[], c: number): number =>
      typeof numbers === 'number' ? numbers : numbers[c]!;
    return map(x, (value, c) => value * pick(scale, c) + pick(offset, c));
  },
  clip: (x, min, max) => map(x, (value) => Math.min(Math.max(value, min), max)),
  channels(x, start, count) {
    const value = reader(x);
    const [, rows, columns] = size(x);
    return make([count, rows, columns], (c, y, col) => value(start + c, y, col));
  },
};
