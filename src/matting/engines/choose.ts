import { MatteflowError, asError } from '../../core/errors.js';
import type { DeviceReport, Engine, EngineName, EngineOptions } from './engine.js';

/** In the order of preference. */
const NAMES: readonly EngineName[] = ['onnx', 'tfjs'];

/** What each library offers. Loaded when first asked for: they are large, and one may not run on this machine. */
interface EngineModule {
  readonly open: (options: EngineOptions) => Promise<Engine>;
  readonly list: () => Promise<DeviceReport[]>;
}

const ENGINES: Readonly<Record<EngineName, () => Promise<EngineModule>>> = {
  onnx: async () => {
    const { openOnnx, listOnnxDevices } = await import('./onnx/open.js');
    return { open: openOnnx, list: listOnnxDevices };
  },
  tfjs: async () => {
    const { openTfjs, listTfjsDevices } = await import('./tfjs/open.js');
    return { open: openTfjs, list: listTfjsDevices };
  },
};

/** The processor: always there, and never a software imitation of a GPU, which would be slower than it. */
const AUTOMATIC_DEVICE = 'cpu';

/**
 * Opens the engine that will be used. `auto` for the engine takes the first that has the device, ONNX Runtime before
 * tfjs; `auto` for the device is the processor. A device asked for by name is used or refused, never replaced.
 *
 * @throws `ENGINE_UNAVAILABLE` when no engine has the device, saying what each answered
 */
export async function chooseEngine(wanted: {
  readonly engine: EngineName | 'auto';
  readonly device: string;
  readonly threads?: number;
}): Promise<Engine> {
  const device = wanted.device === 'auto' ? AUTOMATIC_DEVICE : wanted.device;
  const names = wanted.engine === 'auto' ? NAMES : [wanted.engine];
  const refusals: Error[] = [];
  for (const name of names) {
    try {
      const { open } = await loadEngine(name);
      return await open({ device, ...(wanted.threads !== undefined && { threads: wanted.threads }) });
    } catch (error) {
      refusals.push(asError(error));
    }
  }
  if (refusals.length === 1) throw refusals[0]!;
  throw new MatteflowError('ENGINE_UNAVAILABLE', {
    what: `no engine can compute on the device "${device}"`,
    seen: refusals.map(reason).join('; '),
    remedy: 'Run `matteflow doctor` to see what there is',
    cause: new AggregateError(refusals),
  });
}

/** Every device of every engine, tried: what was found, and why the others were refused. Takes a second or so. */
export async function listDevices(): Promise<readonly DeviceReport[]> {
  const reports: DeviceReport[] = [];
  for (const name of NAMES) {
    try {
      const { list } = await loadEngine(name);
      reports.push(...(await list()));
    } catch (error) {
      reports.push({ engine: name, device: 'any', found: false, detail: asError(error).message });
    }
  }
  return reports;
}

async function loadEngine(name: EngineName): Promise<EngineModule> {
  try {
    return await ENGINES[name]();
  } catch (cause) {
    throw new MatteflowError('ENGINE_UNAVAILABLE', {
      what: `the library behind the engine "${name}" does not load on this machine`,
      seen: asError(cause).message,
      cause,
    });
  }
}

/** An error as one clause, without its advice, which several of them would repeat. */
function reason(error: Error): string {
  if (!(error instanceof MatteflowError)) return error.message;
  const { what, seen } = error.parts;
  return seen === undefined ? what : `${what}: ${seen}`;
}
