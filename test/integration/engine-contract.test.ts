import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseEngine } from '../../src/matting/engines/choose.js';
import type { Engine, Session } from '../../src/matting/engines/engine.js';
import type { NetworkModel } from '../../src/matting/networks/model.js';
import type { LoadedModel } from '../../src/matting/weights/load.js';
import type { WeightTensor } from '../../src/matting/weights/safetensors.js';
import { weightScope } from '../../src/matting/weights/scope.js';
import { largestDifference, noise } from '../support/made-input.js';
import { CHANNELS, PIECES, TENSORS, type Piece } from '../support/network-pieces.js';
import { SLOW_OPS, type SlowMap } from '../support/slow-ops.js';

function modelOf(piece: Piece): LoadedModel {
  const network: NetworkModel = {
    name: 'piece',
    readsPrior: false,
    multiple: 32,
    stages: ['stage1'],
    channels: { stage1: CHANNELS, stage2: 5 },
    outputs: { stage1: 1, stage2: 1 },
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
