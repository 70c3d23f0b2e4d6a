import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '../fixtures/random.js';
import type { Ffmpeg } from '../src/ffmpeg/tools.js';
import { planeValues } from '../src/matting/engines/stage-input.js';
import { chooseEngine } from '../src/matting/engines/choose.js';
import type { Session } from '../src/matting/engines/engine.js';
import { loadModel } from '../src/matting/weights/load.js';
import { digits, spreadText } from './figures.js';
import { floatBatch } from './made-batch.js';
import { interleave, ratio, spread, type Spread } from './interleave.js';
import {
  findTorch,
  startTorch,
  TORCH_VARIANTS,
  type TorchProcess,
  type TorchVariant,
} from './peers/torch-process.js';
import { writeRandomWeights } from './random-weights.js';
import type { BenchResult } from './result.js';

const SIZE = { width: 960, height: 544 } as const;
/** Small enough that hardly any pooling window holds two maxima that rounding could swap. */
const CHECK_SIZE = { width: 96, height: 64 } as const;
/** Of alpha at the small size, between two libraries that compute the same network in float32. */
const TOLERANCE = 1e-3;
const THREADS = 2;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** (1, 4, height, width). */
interface Input extends Size {
  readonly data: Float32Array<ArrayBuffer>;
}

/**
 * Deep Image Matting over a whole picture: ONNX Runtime, as matteflow uses it, against plain PyTorch, on the same
 * weights, threads and input, taking turns. The outputs are compared, so that both are known to do the same work.
 */
export async function benchPeers(folder: string, _: Ffmpeg, full: boolean): Promise<BenchResult> {
  const python = findTorch();
  if (!python) return { tables: [], notes: ['Skipped: no Python with PyTorch and NumPy was found.'] };
  const weights = await writeRandomWeights(folder, 'dim');
  const engine = await chooseEngine({ engine: 'onnx', device: 'cpu', threads: THREADS });
  const session = await engine.load(await loadModel(weights));
  const torch = await startTorch(python, weights, THREADS);
  try {
    const peers = { folder, session, torch };
    const check = await takeTurns(peers, CHECK_SIZE, 1);
    const furthest = Math.max(...TORCH_VARIANTS.map((name) => differences(check, name).largest));
    if (furthest > TOLERANCE) {
      throw new Error(`PyTorch's alpha is ${furthest} from ONNX Runtime's: they compute different networks`);
    }
    return report(await takeTurns(peers, SIZE, full ? 5 : 2), torch.version, furthest);
  } finally {
    torch.close();
    await session.dispose();
  }
}

interface Peers {
  readonly folder: string;
  readonly session: Session;
  readonly torch: TorchProcess;
}

const RUNNERS = ['onnx', ...TORCH_VARIANTS] as const;
type Runner = (typeof RUNNERS)[number];

interface Turns {
  readonly seconds: Readonly<Record<Runner, readonly number[]>>;
  readonly alphas: Readonly<Record<Runner, Float32Array>>;
}

async function takeTurns({ folder, session, torch }: Peers, size: Size, rounds: number): Promise<Turns> {
  const input = madeInput(size);
  const path = (name: string): string => join(folder, `${name}.f32`);
  await writeFile(path('input'), new Uint8Array(input.data.buffer));
  await torch.setInput(path('input'), size.height, size.width);
  let onnxAlpha = new Float32Array();
  const withTorch = (name: TorchVariant) => () => torch.run(name, path(name));
  const seconds = await interleave(
    {
      onnx: async () => {
        const run = await bothStages(session, input);
        onnxAlpha = run.alpha;
        return run.seconds;
      },
      contiguous: withTorch('contiguous'),
      channels_last: withTorch('channels_last'),
      frozen: withTorch('frozen'),
    },
    { rounds },
  );
  const torchAlpha = async (name: TorchVariant): Promise<Float32Array> => {
    const { buffer } = new Uint8Array(await readFile(path(name)));
    return new Float32Array(buffer);
  };
  const alphas = {
    onnx: onnxAlpha,
    contiguous: await torchAlpha('contiguous'),
    channels_last: await torchAlpha('channels_last'),
    frozen: await torchAlpha('frozen'),
  };
  return { seconds, alphas };
}

function report(turns: Turns, version: string, furthest: number): BenchResult {
  const { seconds } = turns;
  const label = (name: Runner): string => (name === 'onnx' ? 'ONNX Runtime' : `PyTorch, ${name}`);
  const times = (name: Runner): Spread => ratio(seconds[name], seconds.onnx);
  const best = TORCH_VARIANTS.reduce((a, b) => (times(a).median <= times(b).median ? a : b));
  const leasts = Math.min(...seconds[best]) / Math.min(...seconds.onnx);
  return {
    tables: [
      {
        title: `\`dim\`, both stages, ${SIZE.width}×${SIZE.height} at once, ${THREADS} threads, ${seconds.onnx.length} rounds; PyTorch ${version}`,
        columns: ['', 'seconds', 'times ONNX Runtime', 'mean |Δα|', 'largest |Δα|'],
        rows: RUNNERS.map((name) => {
          const { mean, largest } = differences(turns, name);
          const apart = name === 'onnx' ? ['', ''] : [mean.toExponential(1), largest.toExponential(1)];
          return [label(name), spreadText(spread(seconds[name])), spreadText(times(name)), ...apart];
        }),
      },
    ],
    charts: [
      {
        name: 'peers',
        title: `dim at ${SIZE.width}×${SIZE.height}, seconds (lower is better)`,
        kind: 'bars',
        x: { name: 'library' },
        y: { name: 'seconds' },
        series: [
          {
            name: 'seconds',
            points: RUNNERS.map((name) => [label(name), spread(seconds[name]).median]),
          },
        ],
      },
    ],
    notes: [
      `ONNX Runtime is ${digits(times(best).median)} times as fast as the fastest way of PyTorch, ${best} (${digits(leasts)} by the shortest run of each).`,
      `At ${CHECK_SIZE.width}×${CHECK_SIZE.height} the outputs differ by at most ${furthest.toExponential(1)}. Over half a million pixels, rounding swaps the maximum of a few pooling windows, and untrained weights carry that far; alpha's standard deviation is ${digits(deviation(turns.alphas.onnx))}, so agreement is no accident.`,
    ],
  };
}

/**
 * Random colours and a trimap that is unknown everywhere: every pixel of the outputs can be compared, and no two of a
 * pooling window are equal but for rounding, as in a flat sky, where the libraries would unpool to different places.
 */
function madeInput({ width, height }: Size): Input {
  const random = seededRandom(1);
  const pixels = width * height;
  const data = new Float32Array(4 * pixels).map((_, at) => (at < 3 * pixels ? random.between(0, 1) : 0.5));
  return { width, height, data };
}

async function bothStages(
  session: Session,
  { width, height, data }: Input,
): Promise<{ seconds: number; alpha: Float32Array<ArrayBuffer> }> {
  const start = performance.now();
  const rgb = data.subarray(0, 3 * width * height);
  const carry = await session.run('stage1', floatBatch(rgb, { width, height }));
  const alpha = await session.run('stage2', floatBatch(rgb, { width, height }, carry));
  const seconds = (performance.now() - start) / 1000;
  return { seconds, alpha: planeValues(alpha) };
}

/** |Δα| to ONNX Runtime's alpha, the mean and the largest. */
function differences({ alphas }: Turns, name: Runner): { mean: number; largest: number } {
  const [a, b] = [alphas.onnx, alphas[name]];
  if (a.length !== b.length) throw new RangeError(`${b.length} pixels against ${a.length}`);
  let [sum, largest] = [0, 0];
  for (let at = 0; at < a.length; at++) {
    const difference = Math.abs(a[at]! - b[at]!);
    sum += difference;
    largest = Math.max(largest, difference);
  }
  return { mean: sum / a.length, largest };
}

function deviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
