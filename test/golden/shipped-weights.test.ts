import { describe, expect, it } from 'vitest';
import { scoreMatte } from '../../src/evaluation/metrics.js';
import { loadModel } from '../../src/matting/weights/load.js';
import { PriorSolver } from '../../src/training/data/prior-solver.js';
import type { TrainingSample } from '../../src/training/sample.js';
import { BACKGROUND, UNKNOWN } from '../../src/trimap/trimap.js';
import { drawnSamples } from '../support/drawn-samples.js';
import { runStages } from '../support/run-stages.js';

const SIDE = 192;
const COUNT = 16;

/** Glass and smoke, drawn by a seed that no training has used, in which no foreground is known. */
async function glassAndSmoke(): Promise<TrainingSample[]> {
  const samples = await drawnSamples(COUNT, {
    ...{ seed: 1_000_003, side: SIDE, kinds: ['glass', 'smoke'] },
    ...{ trimaps: 'random', augmentation: 'wide', prior: 'none' },
  });
  return samples.map((sample) => ({
    ...sample,
    trimap: sample.trimap.map((value) => (value === BACKGROUND ? BACKGROUND : UNKNOWN)),
  }));
}

/** (N, 5, H, W): R′, G′, B′, trimap 0 / 0.5 / 1, prior. */
function stageInput(
  samples: readonly TrainingSample[],
  priors: readonly Float32Array[],
): Float32Array<ArrayBuffer> {
  const pixels = SIDE * SIDE;
  const data = new Float32Array(5 * pixels * samples.length);
  samples.forEach(({ rgb, trimap }, n) => {
    const at = 5 * pixels * n;
    for (let i = 0; i < pixels; i++) {
      for (let c = 0; c < 3; c++) data[at + c * pixels + i] = rgb[3 * i + c]!;
      data[at + 3 * pixels + i] = trimap[i] === BACKGROUND ? 0 : 0.5;
    }
    data.set(priors[n]!, at + 4 * pixels);
  });
  return data;
}

function meanSad(samples: readonly TrainingSample[], mattes: readonly Float32Array[]): number {
  const sads = samples.map(({ alpha, trimap }, n) => scoreMatte(mattes[n]!, alpha, trimap, SIDE, SIDE).sad);
  return sads.reduce((sum, sad) => sum + sad, 0) / sads.length;
}

describe('the shipped compact on glass and smoke without known foreground', async () => {
  const model = await loadModel('compact');
  const samples = await glassAndSmoke();

  it.each(['quarter', 'linked'] as const)('is nearer to alpha than its %s prior', async (kind) => {
    const solver = new PriorSolver(SIDE);
    const priors = samples.map(({ rgb, trimap }) => {
      const prior = new Float32Array(SIDE * SIDE);
      solver.solve(prior, rgb, trimap, kind);
      return prior;
    });
    const shape = [COUNT, 5, SIDE, SIDE] as const;
    const { stage2 } = await runStages(
      { engine: 'onnx', device: 'cpu' },
      model,
      stageInput(samples, priors),
      shape,
    );
    const mattes = samples.map((_, n) => stage2!.subarray(n * SIDE * SIDE, (n + 1) * SIDE * SIDE));
    expect(meanSad(samples, mattes)).toBeLessThan(meanSad(samples, priors));
  });
});
