import { chooseEngine } from '../../src/matting/engines/choose.js';
import type { EngineName } from '../../src/matting/engines/engine.js';
import { outputKind, planeValues } from '../../src/matting/engines/stage-input.js';
import type { LoadedModel } from '../../src/matting/weights/load.js';
import { stage2Input } from './made-input.js';
import { inputOfChannels } from './stage-input.js';

/** What a model's stages gave, row-major. */
interface StageResults {
  readonly stage1: Float32Array;
  readonly stage2?: Float32Array;
}

/**
 * Runs all stages of a model on an engine, each on the result of the one before.
 *
 * @param data - stage 1's input, (N, C, H, W)
 */
export async function runStages(
  { engine, device }: { readonly engine: EngineName; readonly device: string },
  model: LoadedModel,
  data: Float32Array<ArrayBuffer>,
  shape: readonly [n: number, channels: number, height: number, width: number],
): Promise<StageResults> {
  const session = await (await chooseEngine({ engine, device, threads: 2 })).load(model);
  try {
    const stage1 = planeValues(await session.run('stage1', inputOfChannels(data, shape)));
    if (!model.network.stages.includes('stage2')) return { stage1 };
    const [n, , height, width] = shape;
    const next = stage2Input(data, shape, stage1);
    const input = inputOfChannels(next, [n, 5, height, width], outputKind(model.network, 'stage1'));
    return { stage1, stage2: planeValues(await session.run('stage2', input)) };
  } finally {
    await session.dispose();
  }
}
