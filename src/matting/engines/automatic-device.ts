import { readdir } from 'node:fs/promises';
import { asError } from '../../core/errors.js';
import { requireAdapter } from './gpu-adapter.js';

/** What `--device auto` means here, and why. */
export interface AutomaticDevice {
  readonly device: 'cpu' | 'webgpu';
  readonly reason: string;
}

/** On Linux every GPU shows as one of these: a render node, NVIDIA's, or Windows' below WSL. */
const LINUX_GPUS = [
  ['/dev/dri', /^renderD/],
  ['/dev', /^nvidia\d|^dxg$/],
] as const;

/**
 * The GPU if there is a real one that WebGPU can use, else the processor: never an imitation of a GPU, which would be
 * slower than it. Costs nothing on a Linux machine without a GPU's device file, elsewhere the start of a process.
 */
export async function automaticDevice(): Promise<AutomaticDevice> {
  if (process.platform === 'linux' && !(await hasDeviceFile())) {
    return { device: 'cpu', reason: 'the machine shows no GPU' };
  }
  try {
    const { name } = await requireAdapter({ software: false });
    return { device: 'webgpu', reason: `there is a GPU: ${name}` };
  } catch (error) {
    return { device: 'cpu', reason: asError(error).message };
  }
}

async function hasDeviceFile(): Promise<boolean> {
  for (const [folder, pattern] of LINUX_GPUS) {
    const names = await readdir(folder).catch(() => []);
    if (names.some((name) => pattern.test(name))) return true;
  }
  return false;
}
