import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MatteflowError } from '../../src/core/errors.js';
import { chooseEngine } from '../../src/matting/engines/choose.js';
import { planeValues } from '../../src/matting/engines/stage-input.js';
import { exportStages } from '../../src/matting/weights/export.js';
import { readForeign } from '../../src/matting/weights/read-foreign.js';
import { importWeights, type ImportRequest } from '../../src/matting/weights/import.js';
import { loadModel, type LoadedModel } from '../../src/matting/weights/load.js';
import { writeSafetensors, type WeightTensor } from '../../src/matting/weights/safetensors.js';
import { goldenPath, goldenTensors } from '../support/golden-file.js';
import { largestDifference, madeInput, noise, stage2Input } from '../support/made-input.js';
import { inputOfChannels } from '../support/stage-input.js';

const TOLERANCE = 1e-4;
const SHAPE = [1, 4, 64, 64] as const;
const data = madeInput(SHAPE, 5);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matteflow-checkpoint-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Imports a checkpoint and loads what came of it, by its card. */
async function imported(
  file: string,
  choices: Pick<ImportRequest, 'layout' | 'conv6' | 'skips'>,
): Promise<LoadedModel> {
  const { bytes, card } = await importWeights({ ...choices, files: [file], name: 'imported' });
  const output = join(folder, 'imported.safetensors');
  await writeFile(output, bytes);
  await writeFile(join(folder, 'imported.json'), JSON.stringify(card));
  return loadModel(output);
}

/** The alpha of all stages, by our engine. */
async function alphaOf(model: LoadedModel): Promise<Float32Array> {
  const session = await (await chooseEngine({ engine: 'onnx', device: 'cpu', threads: 2 })).load(model);
  try {
    const carry = planeValues(await session.run('stage1', inputOfChannels(data, SHAPE)));
    if (model.network.stages.length === 1) return carry;
    const next = stage2Input(data, SHAPE, carry);
    return planeValues(await session.run('stage2', inputOfChannels(next, [1, 5, 64, 64], 'logit')));
  } finally {
    await session.dispose();
  }
}

/** The state dict of a checkpoint without its refiner, in a file of its own. */
async function firstStage(checkpoint: string): Promise<string> {
  const source = await readForeign(await readFile(goldenPath(checkpoint)), checkpoint);
  const tensors = new Map<string, WeightTensor>();
  for (const name of source.shapes.keys())
    if (!name.startsWith('refiner.')) tensors.set(name, source.read(name));
  const file = join(folder, 'first-stage.safetensors');
  await writeFile(file, writeSafetensors(tensors));
  return file;
}

describe('an imported checkpoint gives what PyTorch gives', () => {
  it.each([
    ['checkpoint-mmediting.pth', { layout: 'mmediting' }, 'mmediting', 2],
    ['checkpoint-mmediting-legacy.pth', { layout: 'mmediting', conv6: 1 }, 'mmediting', 2],
    ['checkpoint-mmediting.pth', { layout: 'matteflow' }, 'mmediting', 2],
    ['checkpoint-huochaitiantang.pth.tar', { layout: 'huochaitiantang', skips: true }, 'huochaitiantang', 2],
    ['checkpoint-huochaitiantang-legacy.pth.tar', { layout: 'huochaitiantang' }, 'huochaitiantang.stage1', 1],
  ] as const)('%s as %o', async (file, choices, output, stages) => {
    const golden = await goldenTensors('checkpoint-outputs.safetensors');
    const model = await imported(goldenPath(file), choices);
    expect(model.network.stages).toHaveLength(stages);
    expect(largestDifference(await alphaOf(model), golden(output))).toBeLessThan(TOLERANCE);
  });

  it('of a first stage that has no refiner', async () => {
    const golden = await goldenTensors('checkpoint-outputs.safetensors');
    const model = await imported(await firstStage('checkpoint-mmediting.pth'), { layout: 'mmediting' });
    expect(model.card?.options).toMatchObject({ stages: 1, conv6: 1, widths: [4, 4, 6, 8, 8, 10] });
    expect(largestDifference(await alphaOf(model), golden('mmediting.stage1'))).toBeLessThan(TOLERANCE);
  });

  it('but not when the skips are not told', async () => {
    const golden = await goldenTensors('checkpoint-outputs.safetensors');
    const model = await imported(goldenPath('checkpoint-huochaitiantang.pth.tar'), {
      layout: 'huochaitiantang',
    });
    expect(largestDifference(await alphaOf(model), golden('huochaitiantang'))).toBeGreaterThan(0.1);
  });
});

it('an exported model gives the same alpha in ONNX Runtime alone', async () => {
  const golden = await goldenTensors('checkpoint-outputs.safetensors');
  const model = await imported(goldenPath('checkpoint-mmediting.pth'), { layout: 'mmediting' });
  const [stage1, stage2] = await Promise.all(
    exportStages(model).map(({ bytes }) => ort.InferenceSession.create(bytes)),
  );
  const run = async (
    session: ort.InferenceSession,
    input: Float32Array,
    channels: number,
  ): Promise<Float32Array> => {
    const { output } = await session.run({ input: new ort.Tensor('float32', input, [1, channels, 64, 64]) });
    return output!.data as Float32Array;
  };
  const carry = await run(stage1!, data, 4);
  const alpha = await run(stage2!, stage2Input(data, SHAPE, carry), 5);
  expect(largestDifference(alpha, golden('mmediting'))).toBeLessThan(TOLERANCE);
});

it('a damaged checkpoint is imported or refused, never anything else', async () => {
  const random = noise(2000, 3);
  let draw = 0;
  for (const name of ['checkpoint-mmediting-legacy.pth', 'checkpoint-huochaitiantang.pth.tar']) {
    const original = await readFile(goldenPath(name));
    const layout = name.includes('mmediting') ? 'mmediting' : 'huochaitiantang';
    let refused = 0;
    for (let round = 0; round < 150; round++) {
      const bytes = Buffer.from(original);
      for (let change = 0; change < 2; change++) {
        // Mostly where the file describes its tensors, which in the older format is its beginning.
        const place = random[draw++]! ** 3;
        bytes[Math.floor(place * bytes.length)] = Math.floor(random[draw++]! * 256);
      }
      const file = join(folder, 'damaged.pth');
      await writeFile(file, bytes);
      try {
        await importWeights({ files: [file], layout, name: 'damaged' });
      } catch (error) {
        if (!(error instanceof MatteflowError)) throw error;
        expect(error.code).toBe('WEIGHTS_CORRUPT');
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(20);
  }
});
