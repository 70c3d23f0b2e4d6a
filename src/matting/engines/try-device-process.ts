/** The process that opens one device of one engine and sends what came of it (`listDevices`). */
import { asError } from '../../core/errors.js';
import type { EngineName } from './engine.js';
import { loadEngine } from './libraries.js';
import type { DeviceAnswer } from './list-devices.js';

async function attempt(engine: EngineName, device: string): Promise<DeviceAnswer> {
  try {
    const { open } = await loadEngine(engine);
    return { found: true, detail: (await open({ device })).detail };
  } catch (error) {
    return { found: false, detail: asError(error).message };
  }
}

const [engine, device] = process.argv.slice(2) as [EngineName, string];
process.send!(await attempt(engine, device), () => process.disconnect());
