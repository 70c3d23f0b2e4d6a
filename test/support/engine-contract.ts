import { beforeAll, describe, expect, it } from 'vitest';
import { chooseEngine } from '../../src/matting/engines/choose.js';
import type { Engine, EngineName, Session, StageInput } from '../../src/matting/engines/engine.js';
import { planeValues } from '../../src/matting/engines/stage-input.js';
import type { NetworkModel } from '../../src/matting/networks/model.js';
import type { WeightTensor } from '../../src/matting/weights/safetensors.js';
import { weightScope } from '../../src/matting/weights/scope.js';
import { largestDifference } from './made-input.js';
import {
  CHANNELS,
  CLIPPED,
  modelOf,
  PIECES,
  SHUFFLED,
  summed,
  TENSORS,
  TWO_LEVELS,
  type Piece,
} from './network-pieces.js';
import { SLOW_OPS, type SlowMap } from './slow-ops.js';
import { channelsOf, noiseInput, pictureOf, type BatchSize } from './stage-input.js';

const SIZE: BatchSize = { count: 1, height: 32, width: 64 };

/** Stage 1 of the piece, picture by picture, in double precision. */
function slowly(piece: Piece, input: StageInput): Float32Array {
  const { count, height, width } = input;
  const lift = (_: string, tensor: WeightTensor): SlowMap => ({
    shape: tensor.shape,
    data: Float64Array.from(tensor.data),
  });
  const result = new Float32Array(count * height * width);
  for (let n = 0; n < count; n++) {
    const data = Float64Array.from(channelsOf(pictureOf(input, n)));
    const x = { shape: [CHANNELS, height, width], data };
    result.set(piece(SLOW_OPS, weightScope(TENSORS, lift), x).data, n * height * width);
  }
  return result;
}

const prior = { guide: 'alpha' } as const;
const carry = { guide: 'logit' } as const;
/** Half a step of 65535 and a little. */
const ROUNDED = 0.6 / 65535;

/** What every engine owes its callers, checked on one of its devices. */
export function describeEngine(name: EngineName, device: string): void {
  describe(`the engine ${name} on ${device}`, () => {
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
      const input = noiseInput(SIZE, 21, prior);
      const seen = await withSession(piece, (session) => session.run('stage1', input));
      expect(seen).toBeInstanceOf(Float32Array);
      expect(largestDifference(planeValues(seen), slowly(piece, input))).toBeLessThan(2e-5);
    });

    it('reads samples of every kind, one after the other, and clips their colours', async () => {
      await withSession(SHUFFLED, async (session) => {
        for (const samples of ['uint8', 'uint16', 'float32', 'uint8'] as const) {
          const input = noiseInput(SIZE, 5, { samples, ...prior });
          const seen = await session.run('stage1', input);
          const expected = slowly(SHUFFLED, input);
          expect(largestDifference(planeValues(seen), expected)).toBeLessThan(2e-5);
        }
      });
    });

    it('reads logits and gives alpha in 16 bits', async () => {
      const alpha: Piece = (ops, weights, x) => ops.sigmoid(summed(ops, weights, x));
      await withSession(alpha, async (session) => {
        const input = noiseInput(SIZE, 9, { samples: 'uint8', ...carry });
        const seen = await session.run('stage2', input);
        expect(seen).toBeInstanceOf(Uint16Array);
        expect(largestDifference(planeValues(seen), slowly(alpha, input))).toBeLessThan(2e-5 + ROUNDED);
      });
    });

    it('gives 0 and 65535 for alpha at its ends and past them', async () => {
      const ends: NetworkModel = {
        ...modelOf(CLIPPED).network,
        build: (_, ops, __, input) => ops.affine(ops.channels(input, 3, 1), 4, -1.5),
      };
      const session = await engine.load({ ...modelOf(CLIPPED), network: ends });
      try {
        const input = noiseInput(SIZE, 3, carry);
        const seen = await session.run('stage2', input);
        expect([...seen]).toEqual(
          Array.from(input.trimap, (level) => ({ 0: 0, 128: 32768, 255: 65535 })[level]),
        );
      } finally {
        await session.dispose();
      }
    });

    it('treats the pictures of a batch apart, at any size, in one session', async () => {
      const piece = TWO_LEVELS;
      await withSession(piece, async (session) => {
        for (const [height, width] of [
          [32, 32],
          [64, 32],
          [32, 96],
        ] as const) {
          const input = noiseInput({ count: 3, height, width }, height + width, {
            samples: 'uint8',
            ...prior,
          });
          const seen = await session.run('stage1', input);
          expect(largestDifference(planeValues(seen), slowly(piece, input))).toBeLessThan(2e-5);
        }
      });
    });

    it('reads views into larger buffers, wherever they begin', async () => {
      await withSession(CLIPPED, async (session) => {
        const input = noiseInput(SIZE, 8, { samples: 'uint8', ...prior });
        const moved = (samples: Uint8Array): Uint8Array<ArrayBuffer> => {
          const larger = new Uint8Array(samples.length + 9).fill(77);
          larger.set(samples, 3);
          return larger.subarray(3, 3 + samples.length);
        };
        const guide = new Uint16Array(input.guide!.length + 5).fill(777);
        guide.set(input.guide!, 1);
        const views = {
          ...input,
          colour: moved(input.colour as Uint8Array),
          trimap: moved(input.trimap),
          guide: guide.subarray(1, 1 + input.guide!.length),
        };
        expect(await session.run('stage1', views)).toEqual(await session.run('stage1', input));
      });
    });

    it('leaves its input alone and gives an output of its own', async () => {
      await withSession(CLIPPED, async (session) => {
        const input = noiseInput(SIZE, 5, { samples: 'uint16', ...prior });
        const first = await session.run('stage1', input);
        const kept = first.slice();
        expect(input).toEqual(noiseInput(SIZE, 5, { samples: 'uint16', ...prior }));
        await session.run('stage1', noiseInput(SIZE, 6, { samples: 'uint16', ...prior }));
        expect(first).toEqual(kept);
      });
    });

    it('refuses a batch that does not fit, and runs on', async () => {
      await withSession(CLIPPED, async (session) => {
        const input = noiseInput(SIZE, 2, prior);
        const refused = async (
          change: Partial<StageInput>,
          stage: 'stage1' | 'stage2' = 'stage1',
        ): Promise<void> => {
          const failure = session.run(stage, { ...input, ...change });
          await expect(failure).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
        };
        // Stage 2 reads logits here.
        await refused({}, 'stage2');
        await refused({ height: 16, width: 128 });
        await refused({ count: 2 });
        await refused({ count: 0 });
        await refused({ colour: input.colour.subarray(1) });
        await refused({ trimap: input.trimap.subarray(1) });
        await refused({ toRgb: input.toRgb.subarray(1) });
        await refused({ guide: input.guide!.subarray(1) });
        await expect(session.run('stage1', input)).resolves.toHaveLength(SIZE.height * SIZE.width);
      });
    });

    it('does not start once the signal has fired', async () => {
      await withSession(CLIPPED, async (session) => {
        const run = session.run('stage1', noiseInput(SIZE, 4, prior), AbortSignal.abort());
        await expect(run).rejects.toMatchObject({ code: 'ABORTED' });
      });
    });
  });
}
