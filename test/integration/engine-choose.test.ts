import { describe, expect, it } from 'vitest';
import { chooseEngine } from '../../src/matting/engines/choose.js';
import { listDevices } from '../../src/matting/engines/list-devices.js';

describe('chooseEngine', () => {
  it.each([
    ['auto', 'auto', 'onnx', 'cpu'],
    ['auto', 'cpu', 'onnx', 'cpu'],
    ['auto', 'js', 'tfjs', 'js'],
    ['tfjs', 'auto', 'tfjs', 'cpu'],
  ] as const)('%s on %s is %s on %s', async (engine, device, name, found) => {
    expect(await chooseEngine({ engine, device, threads: 1 })).toMatchObject({ name, device: found });
  });

  it.each(['onnx', 'tfjs', 'auto'] as const)('refuses a device %s has never heard of', async (engine) => {
    const failure = chooseEngine({ engine, device: 'toString' });
    await expect(failure).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    await expect(failure).rejects.toThrow('toString');
  });

  it('never puts another device in place of one that is absent', async () => {
    const devices = await listDevices();
    expect(devices).toContainEqual(expect.objectContaining({ engine: 'onnx', device: 'cpu', found: true }));
    expect(devices).toContainEqual(expect.objectContaining({ engine: 'tfjs', device: 'cpu', found: true }));
    for (const { engine, device, found, detail } of devices) {
      expect(detail).not.toBe('');
      const choice = chooseEngine({ engine, device });
      if (found) expect(await choice).toMatchObject({ name: engine, device });
      else await expect(choice).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    }
  });
});
