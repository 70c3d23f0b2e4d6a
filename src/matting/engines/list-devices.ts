import { fork } from 'node:child_process';
import { compiledUrl } from '../../core/compiled.js';
import { asError } from '../../core/errors.js';
import type { DeviceReport, EngineName } from './engine.js';
import { loadEngine } from './libraries.js';

/** Milliseconds for a device to start. */
const PATIENCE = 60_000;

/**
 * Every device of every engine, tried: what was found, and why the others were refused. Each is tried in a process of
 * its own, as drivers write to stderr and some crash; two at a time. Takes a few seconds.
 */
export async function listDevices(): Promise<readonly DeviceReport[]> {
  const names = (await Promise.all((['onnx', 'tfjs'] as const).map(devicesOf))).flat();
  const reports: DeviceReport[] = [];
  const rest = names.map((name, place) => ({ ...name, place }));
  const work = async (): Promise<void> => {
    for (let next = rest.shift(); next; next = rest.shift()) {
      const { engine, device, place } = next;
      reports[place] = { engine, device, ...(await tryDevice(engine, device)) };
    }
  };
  await Promise.all([work(), work()]);
  return reports;
}

/** What the process that tries a device answers. */
export type DeviceAnswer = Pick<DeviceReport, 'found' | 'detail'>;

async function devicesOf(engine: EngineName): Promise<{ engine: EngineName; device: string }[]> {
  try {
    const { devices } = await loadEngine(engine);
    // A software adapter is for tests; `webgpu` says that there is only that.
    return devices()
      .filter((device) => device !== 'webgpu-software')
      .map((device) => ({ engine, device }));
  } catch {
    // The process that tries it says why.
    return [{ engine, device: 'cpu' }];
  }
}

function tryDevice(engine: EngineName, device: string): Promise<DeviceAnswer> {
  return new Promise((resolve) => {
    const child = fork(compiledUrl('./try-device-process.js', import.meta.url), [engine, device], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
      timeout: PATIENCE,
      killSignal: 'SIGKILL',
    });
    let answer: DeviceAnswer | undefined;
    child.on('message', (message) => (answer = message as DeviceAnswer));
    child.on('error', (error) => (answer ??= { found: false, detail: asError(error).message }));
    child.on('close', (code, signal) => {
      const end = signal ?? `exit code ${code ?? 'unknown'}`;
      resolve(answer ?? { found: false, detail: `the attempt to start it ended with ${end}` });
    });
  });
}
