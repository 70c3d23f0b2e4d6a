import { Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { createSession } from '../../src/matting/engines/onnx/engine.js';
import { exportOnnx } from '../../src/matting/engines/onnx/export.js';
import { loadModel } from '../../src/matting/weights/load.js';
import { goldenTensors } from '../support/golden-file.js';
import { largestDifference, madeInput, stage2Input } from '../support/made-input.js';

it('writes files that take float channels and give float alpha, as other hosts run them', async () => {
  const model = await loadModel('compact');
  const golden = await goldenTensors('compact-outputs.safetensors');
  const shape = [2, 5, 96, 64] as const;
  const run = async (stage: 'stage1' | 'stage2', data: Float32Array): Promise<Float32Array> => {
    const session = await createSession(exportOnnx(model, stage), { provider: 'cpu', threads: 2 });
    try {
      expect(session.inputNames).toEqual(['input']);
      const { output } = await session.run({ input: new Tensor('float32', data, shape) });
      return output!.data as Float32Array;
    } finally {
      await session.release();
    }
  };
  const data = madeInput(shape, 1);
  const carry = await run('stage1', data);
  expect(largestDifference(carry, golden('tall.carry'))).toBeLessThan(1e-4);
  const alpha = await run('stage2', stage2Input(data, shape, carry));
  expect(largestDifference(alpha, golden('tall.alpha'))).toBeLessThan(1e-4);
});
