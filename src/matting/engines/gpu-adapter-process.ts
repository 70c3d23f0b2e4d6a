/** The process that asks Dawn for its adapter and sends what it is (`requireAdapter`). */
import { asError } from '../../core/errors.js';
import type { AdapterAnswer } from './gpu-adapter.js';
import { isSoftware } from './software-adapter.js';

async function look(): Promise<AdapterAnswer> {
  let gpu: GPU;
  try {
    const { create } = await import('webgpu');
    gpu = create([]);
  } catch (error) {
    return { problem: 'no library', message: asError(error).message };
  }
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) return { problem: 'none' };
  const { vendor, architecture, device, description } = adapter.info;
  const name = [vendor, architecture, description || device].filter(Boolean).join(' ');
  const half = adapter.features.has('shader-f16');
  return { adapter: { name, software: isSoftware(adapter.info), half } };
}

process.send!(await look(), () => process.disconnect());
