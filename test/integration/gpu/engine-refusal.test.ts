import { describe, expect, it } from 'vitest';
import { automaticDevice } from '../../../src/matting/engines/automatic-device.js';
import { chooseEngine } from '../../../src/matting/engines/choose.js';

/** Where the only GPU is SwiftShader's. */
describe.each(['onnx', 'tfjs', 'auto'] as const)('an imitated GPU by %s', (engine) => {
  it('is refused under a GPU’s name, saying what it is', async () => {
    const failure = chooseEngine({ engine, device: 'webgpu' });
    await expect(failure).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    await expect(failure).rejects.toThrow('swiftshader');
  });

  it('is never taken unasked', async () => {
    expect((await automaticDevice()).device).toBe('cpu');
    expect(await chooseEngine({ engine, device: 'auto' })).toMatchObject({ device: 'cpu' });
  });

  it('computes in single precision, having no other', async () => {
    const software = { engine, device: 'webgpu-software' } as const;
    expect(await chooseEngine(software)).toMatchObject({ device: 'webgpu-software', precision: 'single' });
    const half = chooseEngine({ ...software, precision: 'half' });
    await expect(half).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });
});
