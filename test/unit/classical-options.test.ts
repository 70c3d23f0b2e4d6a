import { describe, expect, it } from 'vitest';
import { CLASSICAL_NAMES, isClassical } from '../../src/matting/classical.js';
import { loadModel } from '../../src/matting/weights/load.js';
import { networkSettings, type EngineOptions } from '../../src/pipeline/options.js';

describe.each(CLASSICAL_NAMES)('%s in place of a network', (model) => {
  it.each<[string, EngineOptions]>([
    ['engine onnx', { engine: 'onnx' }],
    ['device webgpu', { device: 'webgpu' }],
    ['stages 1', { stages: 1 }],
    ['engine tfjs, device cuda', { engine: 'tfjs', device: 'cuda' }],
  ])('has no %s', (seen, options) => {
    expect(() => networkSettings({ model, ...options }, 2)).toThrow(
      expect.objectContaining({ code: 'USAGE', parts: expect.objectContaining({ seen }) as unknown }),
    );
  });

  it('takes what means nothing to it', () => {
    const options = {
      tile: 512,
      scale: 2,
      margin: 32,
      batch: 2,
      threads: 1,
      stages: 2,
      device: 'cpu',
    } as const;
    expect(networkSettings({ model, ...options }, 2)).toMatchObject({ model });
  });

  it('has no weights to load', async () => {
    await expect(loadModel(model)).rejects.toMatchObject({
      code: 'MODEL_UNKNOWN',
      parts: { what: `${model} has no weights` },
    });
  });
});

it('a model that is none is told of the classical methods too', async () => {
  expect(isClassical('toString')).toBe(false);
  await expect(loadModel('unheard-of')).rejects.toThrow(CLASSICAL_NAMES.join(', '));
});
