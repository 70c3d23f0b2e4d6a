import { describe, expect, it } from 'vitest';
import { chooseEngine } from '../../src/matting/engines/choose.js';
import { planeValues } from '../../src/matting/engines/stage-input.js';
import { loadModel } from '../../src/matting/weights/load.js';
import { goldenTensors } from '../support/golden-file.js';
import { largestDifference, madeInput, stage2Input } from '../support/made-input.js';
import { inputOfChannels } from '../support/stage-input.js';

/** What an implementation in PyTorch gave for the same weights and inputs (fixtures/golden/network_golden.py). */
const golden = await goldenTensors('compact-outputs.safetensors');
const model = await loadModel('compact');
const TOLERANCE = { single: 1e-4, half: 2e-3 };

describe.each([
  ['onnx', 'cpu', 'single'],
  ['onnx', 'cpu', 'half'],
  ['tfjs', 'cpu', 'single'],
  ['tfjs', 'js', 'single'],
] as const)('compact by %s on %s in %s precision', (engine, device, precision) => {
  it.each([
    ['wide', [1, 5, 64, 96]],
    ['tall', [2, 5, 96, 64]],
  ] as const)('gives the stored alpha for the %s input', async (name, shape) => {
    const session = await (await chooseEngine({ engine, device, threads: 2, precision })).load(model);
    try {
      const data = madeInput(shape, 1);
      const carry = planeValues(await session.run('stage1', inputOfChannels(data, shape)));
      expect(largestDifference(carry, golden(`${name}.carry`))).toBeLessThan(TOLERANCE[precision]);
      const alpha = await session.run('stage2', inputOfChannels(stage2Input(data, shape, carry), shape));
      expect(largestDifference(planeValues(alpha), golden(`${name}.alpha`))).toBeLessThan(
        TOLERANCE[precision],
      );
    } finally {
      await session.dispose();
    }
  });
});
