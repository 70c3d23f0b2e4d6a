import { MatteflowError } from '../../../core/errors.js';
import type { Engine, EngineOptions } from '../engine.js';
import { TFJS_DEVICES } from './backend.js';
import { tfjsEngine } from './engine.js';

/**
 * The tfjs engine on a device: `cpu` (WebAssembly), `js` (plain JavaScript), `webgpu` (Dawn), and, where their packages
 * are installed, `tfjs-node` and `cuda` (TensorFlow).
 *
 * @throws `ENGINE_UNAVAILABLE` for a device tfjs does not have, or that does not start, and for half precision
 */
export async function openTfjs({ device, precision }: EngineOptions): Promise<Engine> {
  const open = TFJS_DEVICES.get(device);
  if (!open) {
    throw new MatteflowError('ENGINE_UNAVAILABLE', {
      what: `tfjs has no device "${device}"`,
      expected: tfjsDevices().join(', '),
    });
  }
  if (precision === 'half') {
    throw new MatteflowError('ENGINE_UNAVAILABLE', {
      what: 'tfjs computes in single precision only',
      remedy: 'Use --engine onnx',
    });
  }
  return tfjsEngine(device, await open());
}

/** What tfjs can be asked for. */
export function tfjsDevices(): string[] {
  return [...TFJS_DEVICES.keys()];
}
