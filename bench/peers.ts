import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ffmpeg } from '../src/ffmpeg/tools.js';
import { chooseEngine } from '../src/matting/engines/choose.js';
import type { Session } from '../src/matting/engines/engine.js';
import { loadModel } from '../src/matting/weights/load.js';
import { digits, spreadText } from './figures.js';
import { interleave, ratio, spread } from './interleave.js';
import { madeStill, resizedPicture } from './made-still.js';
import { findTorch, startTorch, TORCH_VARIANTS, type TorchProcess } from './peers/torch-process.js';
import { writeRandomWeights } from './random-weights.js';
import type { BenchResult } from './result.js';

const SIZE = { width: 960, height: 544 } as const;
const PIXELS = SIZE.width * SIZE.height;
const THREADS = 2;

type Input = Float32Array<ArrayBuffer>;

/**
 * Deep Image Matting over a whole picture: ONNX Runtime, as matteflow uses it, against plain PyTorch, on the same
 * weights, threads and input, taking turns. The outputs are compared, so that both are known to do the same work.
 */
export async function benchPeers(folder: string, _: Ffmpeg, full: boolean): Promise<BenchResult> {
  const python = findTorch();
  if (!python) return { tables: [], notes: ['Skipped: no Python with PyTorch and NumPy was found.'] };
  const weights = await writeRandomWeights(folder, 'dim');
  const input = await wholePicture();
  const engine = await chooseEngine({ engine: 'onnx', device: 'cpu', threads: THREADS });
  const session = await engine.load(await loadModel(weights));
  const torch = await startTorch(python, weights, THREADS);
  try {
    return await compare({ folder, session, torch, input, rounds: full ? 5 : 2 });
  } finally {
    torch.close();
    await session.dispose();
  }
}

async function compare(setup: {
  folder: string;
  session: Session;
  torch: TorchProcess;
  input: Input;
  rounds: number;
}): Promise<BenchResult> {
  const { folder, session, torch, input, rounds } = setup;
  const path = (name: string): string => join(folder, `${name}.f32`);
  await writeFile(path('input'), new Uint8Array(input.buffer));
  await torch.setInput(path('input'), SIZE.height, SIZE.width);
  const alphas = new Map<string, Float32Array>();
  const onnx = async (): Promise<number> => {
    const { seconds, alpha } = await bothStages(session, input);
    alphas.set('onnx', alpha);
    return seconds;
  };
  const variant = (name: (typeof TORCH_VARIANTS)[number]) => () => torch.run(name, path(name));
  const seconds = await interleave(
    {
      onnx,
      contiguous: variant('contiguous'),
      channels_last: variant('channels_last'),
      frozen: variant('frozen'),
    },
    { rounds },
  );

  const rows: string[][] = [['ONNX Runtime', spreadText(spread(seconds.onnx)), '1', '']];
  for (const name of TORCH_VARIANTS) {
    const { buffer } = new Uint8Array(await readFile(path(name)));
    const difference = largestDifference(alphas.get('onnx')!, new Float32Array(buffer));
    rows.push([
      `PyTorch ${torch.version}, ${name}`,
      spreadText(spread(seconds[name])),
      spreadText(ratio(seconds[name], seconds.onnx)),
      difference.toExponential(1),
    ]);
  }
  const best = Math.min(...TORCH_VARIANTS.map((name) => ratio(seconds[name], seconds.onnx).median));
  return {
    tables: [
      {
        title: `\`dim\`, both stages, ${SIZE.width}×${SIZE.height} at once, ${THREADS} threads, ${rounds} rounds`,
        columns: ['', 'seconds', 'times ONNX Runtime', 'largest difference of alpha'],
        rows,
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
            points: [
              ['ONNX Runtime', spread(seconds.onnx).median],
              ...TORCH_VARIANTS.map((name) => [`PyTorch ${name}`, spread(seconds[name]).median] as const),
            ],
          },
        ],
      },
    ],
    notes: [
      `ONNX Runtime is ${digits(best)} times as fast as the fastest way of PyTorch. Alpha's standard deviation over the picture is ${digits(deviation(alphas.get('onnx')!))}: the outputs that agree are no constant.`,
    ],
  };
}

/** R′, G′, B′ and a trimap that is unknown everywhere, so that every pixel of the outputs can be compared. */
async function wholePicture(): Promise<Input> {
  const rgb = await resizedPicture(await madeStill(), SIZE);
  const input = new Float32Array(4 * PIXELS).fill(0.5);
  for (let c = 0; c < 3; c++) {
    for (let at = 0; at < PIXELS; at++) input[c * PIXELS + at] = rgb[3 * at + c]! / 255;
  }
  return input;
}

async function bothStages(session: Session, input: Input): Promise<{ seconds: number; alpha: Float32Array }> {
  const start = performance.now();
  const carry = await session.run('stage1', { data: input, shape: [1, 4, SIZE.height, SIZE.width] });
  const refined = new Float32Array(5 * PIXELS);
  refined.set(input);
  refined.set(carry, 4 * PIXELS);
  const alpha = await session.run('stage2', { data: refined, shape: [1, 5, SIZE.height, SIZE.width] });
  return { seconds: (performance.now() - start) / 1000, alpha };
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) throw new RangeError(`${a.length} pixels against ${b.length}`);
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0);
}

function deviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
