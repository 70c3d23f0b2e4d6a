import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseEngine } from '../../src/matting/engines/choose.js';
import type { Engine, Session } from '../../src/matting/engines/engine.js';
import type { NetworkModel } from '../../src/matting/networks/model.js';
import type { Ops, WeightScope } from '../../src/matting/ops.js';
import type { LoadedModel } from '../../src/matting/weights/load.js';
import type { WeightTensor } from '../../src/matting/weights/safetensors.js';
import { weightScope } from '../../src/matting/weights/scope.js';
import { largestDifference, noise } from '../support/made-input.js';
import { SLOW_OPS, type SlowMap } from '../support/slow-ops.js';

const CHANNELS = 4;

/** A piece of network from four channels to one. */
type Piece = <T>(ops: Ops<T>, weights: WeightScope<T>, x: T) => T;

function parameter(shape: readonly number[], seed: number): WeightTensor {
  const count = shape.reduce((product, length) => product * length, 1);
  return { shape, data: noise(count, seed).map((value) => value - 0.5) };
}

const TENSORS = new Map([
  ['wide.weight', parameter([6, CHANNELS, 3, 3], 11)],
  ['wide.bias', parameter([6], 12)],
  ['last.weight', parameter([1, 6, 5, 5], 13)],
  ['last.bias', parameter([1], 14)],
  ['sum.weight', parameter([1, CHANNELS, 1, 1], 15)],
  ['sum.bias', parameter([1], 16)],
]);

/** Four channels as one, so that a test sees every channel in the output. */
function summed<T>(ops: Ops<T>, weights: WeightScope<T>, x: T): T {
  const layer = weights.at('sum');
  return ops.conv(x, layer.get('weight', [1, CHANNELS, 1, 1]), layer.get('bias', [1]), { padding: 0 });
}

function wide<T>(ops: Ops<T>, weights: WeightScope<T>, x: T, stride: number, dilation: number): T {
  const layer = weights.at('wide');
  const filter = layer.get('weight', [6, CHANNELS, 3, 3]);
  return ops.conv(x, filter, layer.get('bias', [6]), {
    padding: dilation,
    stride,
    dilation,
    activation: 'relu',
  });
}

function last<T>(ops: Ops<T>, weights: WeightScope<T>, x: T): T {
  const layer = weights.at('last');
  return ops.conv(x, layer.get('weight', [1, 6, 5, 5]), layer.get('bias', [1]), { padding: 2 });
}

const PIECES = {
  'convolutions, bias and ReLU': (ops, weights, x) => last(ops, weights, wide(ops, weights, x, 1, 1)),
  'a dilated convolution': (ops, weights, x) => last(ops, weights, wide(ops, weights, x, 1, 3)),
  'stride 2, brought back': (ops, weights, x) =>
    ops.resizeLike(last(ops, weights, wide(ops, weights, x, 2, 1)), x),
  'ReLU and sigmoid': (ops, weights, x) => ops.sigmoid(summed(ops, weights, ops.relu(ops.affine(x, 8, -4)))),
  'bilinear ×4': (ops, weights, x) => {
    const quarter = ops.maxPool(ops.maxPool(x).values).values;
    return summed(ops, weights, ops.resizeLike(quarter, x));
  },
  'bilinear, down to half': (ops, weights, x) =>
    ops.resizeLike(ops.resizeLike(summed(ops, weights, x), ops.maxPool(x).values), x),
  'unpool, maxima all different': (ops, weights, x) => {
    const { values, indices } = ops.maxPool(x);
    return summed(ops, weights, ops.unpool(values, indices));
  },
  'unpool, many equal maxima': (ops, weights, x) => {
    // Three quarters of the numbers become 0, and the rest one of a few: whole windows are equal.
    const coarse = ops.clip(ops.affine(x, 4, -3), 0, 0.1);
    const { indices } = ops.maxPool(coarse);
    return summed(ops, weights, ops.unpool(ops.maxPool(x).values, indices));
  },
  'unpool with the indices of the level': (ops, weights, x) => {
    const outer = ops.maxPool(x);
    const inner = ops.maxPool(outer.values);
    const back = ops.unpool(ops.affine(inner.values, 2, 1), inner.indices);
    return summed(ops, weights, ops.unpool(back, outer.indices));
  },
  'channels and concat': (ops, weights, x) =>
    summed(ops, weights, ops.concat([ops.channels(x, 2, 2), ops.channels(x, 0, 1), ops.channels(x, 1, 1)])),
  'affine, one number a channel': (ops, weights, x) =>
    summed(ops, weights, ops.affine(x, [1, -2, 3, -4], [0.5, 0, -0.25, 1])),
  'add and multiply, one channel over all': (ops, weights, x) => {
    const one = ops.channels(x, 1, 1);
    return summed(ops, weights, ops.add(ops.multiply(x, one), one));
  },
  clip: (ops, weights, x) => ops.clip(summed(ops, weights, x), -0.1, 0.2),
} satisfies Record<string, Piece>;

function modelOf(piece: Piece): LoadedModel {
  const network: NetworkModel = {
    name: 'piece',
    readsPrior: false,
    multiple: 32,
    stages: ['stage1'],
    channels: { stage1: CHANNELS, stage2: 5 },
    margins: { stage1: 0, stage2: 0 },
    carry: 'alpha',
    build: (_, ops, weights, input) => piece(ops, weights, input),
  };
  return { name: 'piece', file: 'piece', network, tensors: TENSORS };
}

function slowly(piece: Piece, data: Float32Array, height: number, width: number): Float32Array {
  const lift = (_: string, tensor: WeightTensor): SlowMap => ({
    shape: tensor.shape,
    data: Float64Array.from(tensor.data),
  });
  const input = { shape: [CHANNELS, height, width], data: Float64Array.from(data) };
  return Float32Array.from(piece(SLOW_OPS, weightScope(TENSORS, lift), input).data);
}

describe.each([
  ['onnx', 'cpu'],
  ['tfjs', 'cpu'],
  ['tfjs', 'js'],
] as const)('the engine %s on %s', (name, device) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await chooseEngine({ engine: name, device, threads: 2 });
  });

  async function withSession<R>(piece: Piece, use: (session: Session) => Promise<R>): Promise<R> {
    const session = await engine.load(modelOf(piece));
    try {
      return await use(session);
    } finally {
      await session.dispose();
    }
  }

  it('says what it is', () => {
    expect(engine).toMatchObject({ name, device });
  });

  it.each(Object.entries(PIECES))('computes %s', async (_, piece) => {
    const data = noise(CHANNELS * 32 * 64, 21);
    const seen = await withSession(piece, (session) =>
      session.run('stage1', { data, shape: [1, CHANNELS, 32, 64] }),
    );
    expect(largestDifference(seen, slowly(piece, data, 32, 64))).toBeLessThan(2e-5);
  });

  it('treats the pictures of a batch apart, at any size, in one session', async () => {
    const piece = PIECES['unpool with the indices of the level'];
    await withSession(piece, async (session) => {
      for (const [height, width] of [
        [32, 32],
        [64, 32],
        [32, 96],
      ] as const) {
        const plane = height * width;
        const data = noise(3 * CHANNELS * plane, height + width);
        const together = await session.run('stage1', { data, shape: [3, CHANNELS, height, width] });
        for (let n = 0; n < 3; n++) {
          const one = data.subarray(n * CHANNELS * plane, (n + 1) * CHANNELS * plane);
          const expected = slowly(piece, one, height, width);
          const seen = together.subarray(n * plane, (n + 1) * plane);
          expect(largestDifference(seen, expected)).toBeLessThan(2e-5);
        }
      }
    });
  });

  it('reads a view into a larger buffer', async () => {
    await withSession(PIECES.clip, async (session) => {
      const [shape, count] = [[1, CHANNELS, 32, 32] as const, CHANNELS * 32 * 32];
      const larger = noise(3 * count, 8);
      const view = await session.run('stage1', { data: larger.subarray(count, 2 * count), shape });
      expect(view).toEqual(await session.run('stage1', { data: larger.slice(count, 2 * count), shape }));
    });
  });

  it('leaves its input alone and gives an output of its own', async () => {
    await withSession(PIECES.clip, async (session) => {
      const data = noise(CHANNELS * 32 * 32, 5);
      const first = await session.run('stage1', { data, shape: [1, CHANNELS, 32, 32] });
      const kept = first.slice();
      expect(data).toEqual(noise(CHANNELS * 32 * 32, 5));
      await session.run('stage1', { data: data.map((value) => -value), shape: [1, CHANNELS, 32, 32] });
      expect(first).toEqual(kept);
    });
  });

  it('refuses a stage, a shape or a length that do not fit', async () => {
    await withSession(PIECES.clip, async (session) => {
      const data = new Float32Array(CHANNELS * 32 * 32);
      const refused = { code: 'ENGINE_FAILED' };
      const fits = { data, shape: [1, CHANNELS, 32, 32] } as const;
      await expect(session.run('stage2', fits)).rejects.toMatchObject(refused);
      await expect(session.run('stage1', { data, shape: [1, 1, 64, 64] })).rejects.toMatchObject(refused);
      await expect(session.run('stage1', { data, shape: [1, 4, 16, 64] })).rejects.toMatchObject(refused);
      await expect(session.run('stage1', { data, shape: [2, 4, 32, 32] })).rejects.toMatchObject(refused);
      await expect(session.run('stage1', fits)).resolves.toHaveLength(32 * 32);
    });
  });

  it('does not start once the signal has fired', async () => {
    await withSession(PIECES.clip, async (session) => {
      const input = { data: new Float32Array(CHANNELS * 32 * 32), shape: [1, CHANNELS, 32, 32] } as const;
      await expect(session.run('stage1', input, AbortSignal.abort())).rejects.toMatchObject({
        code: 'ABORTED',
      });
    });
  });
});

describe('tfjs tensors', () => {
  let count: () => number;
  beforeAll(async () => {
    const { memory } = await import('@tensorflow/tfjs-core');
    count = () => memory().numTensors;
  });
  const before: number[] = [];
  afterAll(() => expect(before).toHaveLength(2));

  it.each(['cpu', 'js'])('on %s are all given back', async (device) => {
    before.push(count());
    const engine = await chooseEngine({ engine: 'tfjs', device });
    const session = await engine.load(modelOf(PIECES['unpool with the indices of the level']));
    const loaded = count();
    expect(loaded - before.at(-1)!).toBe(TENSORS.size);
    const shape = [1, CHANNELS, 32, 32] as const;
    for (let run = 0; run < 3; run++) {
      await session.run('stage1', { data: noise(CHANNELS * 32 * 32, run), shape });
    }
    const input = { data: new Float32Array(1), shape };
    await expect(session.run('stage1', input)).rejects.toThrow();
    expect(count()).toBe(loaded);
    await session.dispose();
    expect(count()).toBe(before.at(-1));
  });
});
