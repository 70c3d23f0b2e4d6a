import { describe, expect, it } from 'vitest';
import { chooseEngine } from '../../src/matting/engines/choose.js';
import { planeValues } from '../../src/matting/engines/stage-input.js';
import { loadModel } from '../../src/matting/weights/load.js';
import { goldenPath, goldenTensors } from '../support/golden-file.js';
import { largestDifference, madeInput, stage2Input } from '../support/made-input.js';
import { inputOfChannels } from '../support/stage-input.js';

const SHAPE = [2, 4, 64, 96] as const;
const TOLERANCE = { single: 1e-4, half: 2e-3 };

/** Small random weights and what PyTorch made of them (fixtures/golden/network_golden.py). */
describe.each([
  ['dim-sigmoid', 2, 'logit'],
  ['dim-clip', 3, 'alpha'],
] as const)('%s', (name, seed, convention) => {
  const data = madeInput(SHAPE, seed);

  it.each([
    ['onnx', 'cpu', 'single'],
    ['onnx', 'cpu', 'half'],
    ['tfjs', 'cpu', 'single'],
    ['tfjs', 'js', 'single'],
  ] as const)('gives the stored results by %s on %s in %s precision', async (engine, device, precision) => {
    const golden = await goldenTensors(`${name}-outputs.safetensors`);
    const model = await loadModel(goldenPath(`${name}.safetensors`));
    expect(model.network.carry).toBe(convention);
    const session = await (await chooseEngine({ engine, device, threads: 2, precision })).load(model);
    try {
      const carry = planeValues(await session.run('stage1', inputOfChannels(data, SHAPE)));
      // In half precision it is alpha that is held to the tolerance, not logits, which have no bounds.
      const meant = (values: Float32Array): Float32Array =>
        precision === 'half' && convention === 'logit'
          ? values.map((value) => 1 / (1 + Math.exp(-value)))
          : values;
      expect(largestDifference(meant(carry), meant(golden('carry')))).toBeLessThan(TOLERANCE[precision]);
      const shape = [2, 5, 64, 96] as const;
      const input = inputOfChannels(stage2Input(data, SHAPE, carry), shape, convention);
      const alpha = await session.run('stage2', input);
      expect(largestDifference(planeValues(alpha), golden('alpha'))).toBeLessThan(TOLERANCE[precision]);
    } finally {
      await session.dispose();
    }
  });

  it('gives finished alpha from stage 1 when that is all there is', async () => {
    const golden = await goldenTensors(`${name}-outputs.safetensors`);
    const model = await loadModel(goldenPath(`${name}.safetensors`), { stages: 1 });
    expect(model.network).toMatchObject({ stages: ['stage1'], carry: 'alpha' });
    const session = await (await chooseEngine({ engine: 'onnx', device: 'cpu', threads: 2 })).load(model);
    try {
      const alpha = await session.run('stage1', inputOfChannels(data, SHAPE));
      expect(largestDifference(planeValues(alpha), golden('stage1Alone'))).toBeLessThan(TOLERANCE.single);
    } finally {
      await session.dispose();
    }
  });
});
