import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TFJS_DEVICES, useBackend } from '../../src/matting/engines/tfjs/backend.js';
import { parameterTensor } from '../../src/matting/engines/tfjs/parameter-tensor.js';
import { registerTrainingGradients } from '../../src/matting/engines/tfjs/register-gradients.js';
import { trainingOps } from '../../src/matting/engines/tfjs/training-ops.js';
import type { Ops } from '../../src/matting/ops.js';
import { noise } from './made-input.js';
import { SLOW_OPS, type SlowMap } from './slow-ops.js';

/** A function of maps (channels, rows, columns) and parameters, told apart by their rank as here written. */
interface Case {
  /** Maps have three numbers; parameters one or four. */
  readonly shapes: readonly (readonly number[])[];
  readonly run: <T>(ops: Ops<T>, values: readonly T[]) => T;
  /** What the double-precision reference computes in its place. */
  readonly slow?: (values: readonly SlowMap[]) => SlowMap;
}

const conv = (
  map: readonly number[],
  filter: readonly number[],
  options: { padding: number; stride?: number; dilation?: number; activation?: 'relu' },
): Case => ({
  shapes: [map, filter, [filter[0]!]],
  run: (ops, [x, w, b]) => ops.conv(x!, w!, b, options),
});

/** Every operation of `Ops`, as training runs it. */
const CASES: Readonly<Record<string, Case>> = {
  'a convolution': conv([3, 5, 6], [4, 3, 3, 3], { padding: 1 }),
  'a convolution and ReLU': conv([3, 5, 6], [4, 3, 3, 3], { padding: 1, activation: 'relu' }),
  'a convolution without padding': conv([2, 6, 5], [3, 2, 3, 3], { padding: 0 }),
  'a 1×1 convolution': conv([5, 4, 3], [2, 5, 1, 1], { padding: 0 }),
  'a 5×5 convolution': conv([2, 6, 5], [3, 2, 5, 5], { padding: 2 }),
  'a dilated convolution': conv([3, 7, 6], [2, 3, 3, 3], { padding: 2, dilation: 2 }),
  'a convolution dilated beyond the map': conv([2, 4, 4], [2, 2, 3, 3], { padding: 6, dilation: 6 }),
  'a convolution of stride 2': conv([3, 6, 8], [2, 3, 3, 3], { padding: 1, stride: 2 }),
  'a convolution of stride 2 on odd and even sizes': conv([3, 7, 6], [2, 3, 3, 3], { padding: 1, stride: 2 }),
  'a 4×4 convolution of stride 2': conv([2, 6, 8], [3, 2, 4, 4], { padding: 1, stride: 2 }),
  'a 4×4 convolution': conv([2, 6, 5], [3, 2, 4, 4], { padding: 1 }),
  'a 7×7 convolution of stride 2': conv([2, 8, 8], [2, 2, 7, 7], { padding: 3, stride: 2 }),
  'a 1×1 convolution of stride 2': conv([3, 6, 4], [2, 3, 1, 1], { padding: 0, stride: 2 }),
  'a convolution and batch norm': {
    shapes: [[3, 5, 6], [4, 3, 3, 3], [4], [4]],
    run: (ops, [x, w, scale, shift]) => {
      const norm = { scale: scale!, shift: shift!, mean: shift!, variance: scale!, epsilon: 1e-3 };
      return ops.conv(x!, w!, undefined, { padding: 1, norm, activation: 'relu' });
    },
    // One picture's batch is one picture: as many groups as there are channels.
    slow: ([x, w, scale, shift]) => {
      const y = SLOW_OPS.conv(x!, w!, undefined, { padding: 1 });
      return SLOW_OPS.relu(SLOW_OPS.groupNorm(y, 4, scale!, shift!, 1e-3));
    },
  },
  'a transposed convolution': {
    shapes: [[3, 4, 3], [3, 2, 4, 4], [2]],
    run: (ops, [x, w, b]) => ops.transposedConv(x!, w!, b, { padding: 1, stride: 2 }),
  },
  'a transposed convolution, odd, and ReLU': {
    shapes: [[2, 3, 4], [2, 3, 3, 3], [3]],
    run: (ops, [x, w, b]) =>
      ops.transposedConv(x!, w!, b, { padding: 1, stride: 2, extra: 1, activation: 'relu' }),
  },
  'group norm': {
    shapes: [[4, 3, 5], [4], [4]],
    run: (ops, [x, scale, shift]) => ops.groupNorm(x!, 2, scale!, shift!, 1e-3),
  },
  ReLU: { shapes: [[3, 4, 5]], run: (ops, [x]) => ops.relu(x!) },
  'leaky ReLU': { shapes: [[3, 4, 5]], run: (ops, [x]) => ops.leakyRelu(x!, 0.2) },
  sigmoid: { shapes: [[3, 4, 5]], run: (ops, [x]) => ops.sigmoid(ops.affine(x!, 4, 0)) },
  softmax: { shapes: [[3, 4, 5]], run: (ops, [x]) => ops.softmax(ops.affine(x!, 4, 0)) },
  'max-pool': { shapes: [[3, 6, 4]], run: (ops, [x]) => ops.maxPool(x!).values },
  unpool: {
    shapes: [
      [3, 6, 4],
      [3, 3, 2],
    ],
    run: (ops, [x, values]) => ops.unpool(values!, ops.maxPool(x!).indices),
  },
  'two levels of pooling, undone': {
    shapes: [[2, 8, 4]],
    run: (ops, [x]) => {
      const outer = ops.maxPool(x!);
      const inner = ops.maxPool(outer.values);
      return ops.unpool(ops.unpool(ops.affine(inner.values, 2, 1), inner.indices), outer.indices);
    },
  },
  ...Object.fromEntries(
    (
      [
        ['×2', [2, 3, 5], [6, 10]],
        ['×3', [2, 4, 2], [12, 6]],
        ['×4', [3, 2, 3], [8, 12]],
        ['×8', [2, 2, 1], [16, 8]],
        ['from one pixel', [3, 1, 1], [5, 6]],
        ['to a half', [2, 6, 8], [3, 4]],
        ['by no whole number', [2, 5, 6], [7, 4]],
        ['×2 one way', [2, 3, 4], [6, 4]],
      ] as const
    ).map(([name, from, to]) => [
      `a resize ${name}`,
      {
        shapes: [from, [1, ...to]],
        run: (ops, [x, reference]) => ops.multiply(ops.resizeLike(x!, reference!), reference!),
      } satisfies Case,
    ]),
  ),
  'the average of all pixels': {
    shapes: [[3, 4, 5]],
    run: (ops, [x]) => ops.globalAverage(ops.multiply(x!, x!)),
  },
  concat: {
    shapes: [
      [1, 3, 4],
      [3, 3, 4],
      [2, 3, 4],
    ],
    run: (ops, maps) => ops.concat([...maps, maps[1]!]),
  },
  'a sum and a product, one channel over all': {
    shapes: [
      [3, 4, 5],
      [1, 4, 5],
    ],
    run: (ops, [x, one]) => ops.multiply(ops.add(ops.multiply(x!, one!), one!), x!),
  },
  'values that are used again': {
    shapes: [
      [2, 3, 4],
      [2, 3, 4],
    ],
    run: (ops, [x, y]) => {
      const sum = ops.add(x!, y!);
      return ops.multiply(ops.add(sum, ops.multiply(x!, y!)), ops.add(y!, ops.add(sum, x!)));
    },
  },
  'affine, one number a channel': {
    shapes: [[3, 4, 5]],
    run: (ops, [x]) => ops.affine(ops.affine(x!, [2, -3, 0.5], [1, 0, -1]), 4, 0.5),
  },
  clip: { shapes: [[3, 4, 5]], run: (ops, [x]) => ops.clip(x!, -0.2, 0.3) },
  'some channels': { shapes: [[5, 3, 4]], run: (ops, [x]) => ops.channels(x!, 1, 3) },
};

/** −0.5..0.5, as single precision has it. */
function made(shape: readonly number[], seed: number): SlowMap {
  const count = shape.reduce((product, length) => product * length, 1);
  return { shape, data: Float64Array.from(noise(count, seed), (value) => Math.fround(value - 0.5)) };
}

/** The value of a case as one number: every sample of the output, of every picture, times a weight of its own. */
function slowLoss({ run, slow }: Case, pictures: readonly (readonly SlowMap[])[]): number {
  let at = 0;
  return pictures.reduce((sum, values) => {
    const { data } = slow ? slow(values) : run(SLOW_OPS, values);
    const weights = noise(at + data.length, 99).subarray(at);
    at += data.length;
    return sum + data.reduce((total, value, i) => total + value * (weights[i]! - 0.3), 0);
  }, 0);
}

const isMap = (shape: readonly number[]): boolean => shape.length === 3;

/** Maps become (pictures, rows, columns, channels); a parameter is the same for all pictures. */
function upload(
  shape: readonly number[],
  place: number,
  pictures: readonly (readonly SlowMap[])[],
): tf.Tensor {
  const values = isMap(shape) ? pictures : pictures.slice(0, 1);
  const data = Float32Array.from(values.flatMap((of) => [...of[place]!.data]));
  if (!isMap(shape)) return parameterTensor({ shape, data });
  return tf.transpose(tf.tensor(data, [values.length, ...shape]), [0, 2, 3, 1]);
}

/** A gradient in the order of `upload`'s argument. */
async function download(shape: readonly number[], gradient: tf.Tensor): Promise<Float32Array> {
  const stored = isMap(shape)
    ? tf.transpose(gradient, [0, 3, 1, 2])
    : shape.length === 4
      ? tf.transpose(gradient, [3, 2, 0, 1])
      : gradient;
  return await stored.data<'float32'>();
}

/** Central differences in double precision, sample by sample. */
function slopes(of: Case, place: number, pictures: readonly (readonly SlowMap[])[]): Float64Array {
  const shared = !isMap(of.shapes[place]!);
  const step = 1e-5;
  const arrays = shared ? [pictures[0]![place]!.data] : pictures.map((values) => values[place]!.data);
  const result = arrays.map((data) =>
    data.map((value, i) => {
      const at = (moved: number): number => {
        data[i] = moved;
        return slowLoss(of, pictures);
      };
      const slope = (at(value + step) - at(value - step)) / (2 * step);
      data[i] = value;
      return slope;
    }),
  );
  return Float64Array.from(result.flatMap((numbers) => [...numbers]));
}

/** What training needs of a tfjs device: for every operation the slopes of the operation itself. */
export function describeGradients(device: string): void {
  describe(`gradients on the tfjs device ${device}`, () => {
    let backend: string;
    beforeAll(async () => {
      ({ backend } = await TFJS_DEVICES.get(device)!());
      registerTrainingGradients(backend);
    });
    beforeEach(async () => {
      await useBackend(backend);
      tf.engine().startScope();
    });
    afterEach(() => tf.engine().endScope());

    const ops = trainingOps((_, batch) => tf.dispose([batch.mean, batch.variance]));

    for (const count of [1, 2]) {
      // The reference for batch norm knows one picture only.
      const cases = Object.entries(CASES).filter(([, { slow }]) => count === 1 || !slow);
      it.each(cases)(`of %s, batch of ${count}`, async (_, of) => {
        const shared = of.shapes.map((shape, place) => made(shape, 7 + place));
        const pictures = Array.from({ length: count }, (_unused, n) =>
          of.shapes.map((shape, place) => (isMap(shape) ? made(shape, 7 + place + 100 * n) : shared[place]!)),
        );
        const values = of.shapes.map((shape, place) => upload(shape, place, pictures));
        const loss = (...args: tf.Tensor[]): tf.Scalar => {
          const y = tf.transpose(of.run(ops, args), [0, 3, 1, 2]);
          const weights = tf.sub(tf.tensor(noise(y.size, 99), y.shape), 0.3);
          return tf.sum(tf.mul(y, weights));
        };
        const gradients = tf.grads(loss)(values);
        for (const [place, gradient] of gradients.entries()) {
          const shape = of.shapes[place]!;
          expect(gradient.shape).toEqual(values[place]!.shape);
          const expected = slopes(of, place, pictures);
          const seen = await download(shape, gradient);
          const size = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
          const error = seen.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
          expect(seen).toHaveLength(expected.length);
          expect(error, `argument ${place}, slopes up to ${size}`).toBeLessThan(2e-5 * (1 + size));
        }
      });
    }

    it('sends the gradient of equal maxima to the first of the window', async () => {
      const x = tf.tensor4d([0, 0, 2, 1, 0, 0, 2, 2, 3, 1, -1, -1, 3, 3, -1, -1], [1, 4, 4, 1]);
      const gradient = tf.grad((value) => tf.sum(ops.maxPool(value).values))(x);
      expect([...(await gradient.data())]).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]);
    });

    it('leaves no tensors behind', async () => {
      const of = CASES['two levels of pooling, undone']!;
      const x = upload(of.shapes[0]!, 0, [[made(of.shapes[0]!, 3)]]);
      const before = tf.memory().numTensors;
      const gradient = tf.tidy(() => tf.grad((value) => tf.sum(of.run(ops, [value])))(x));
      await gradient.data();
      gradient.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });
  });
}
