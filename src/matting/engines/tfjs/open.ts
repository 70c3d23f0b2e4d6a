import { MatteflowError, asError } from '../../../core/errors.js';
import type { DeviceReport, Engine, EngineOptions } from '../engine.js';
import { TFJS_DEVICES } from './backend.js';
import { tfjsEngine } from './engine.js';

/**
 * The tfjs engine on a device: `cpu` (WebAssembly), `js` (plain JavaScript) or `cuda` (tfjs-node-gpu, if installed).
 *
 * @throws `ENGINE_UNAVAILABLE` for a device tfjs does not have, or that does not start
 */
export async function openTfjs({ device }: EngineOptions): Promise<Engine> {
  const open = TFJS_DEVICES.get(device);
  if (!open) {
    throw new MatteflowError('ENGINE_UNAVAILABLE', {
      what: `tfjs has no device "${device}"`,
      expected: [...TFJS_DEVICES.keys()].join(', '),
    });
  }
  return tfjsEngine(device, (await open()).backend);
}

/** Every device tfjs can be asked for, tried. */
export async function listTfjsDevices(): Promise<DeviceReport[]> {
  const reports: DeviceReport[] = [];
  for (const [device, open] of TFJS_DEVICES) {
    try {
      reports.push({ engine: 'tfjs', device, found: true, detail: (await open()).detail });
    } catch (error) {
      reports.push({ engine: 'tfjs', device, found: false, detail: asError(error).message });
    }
  }
  return reports;
}
