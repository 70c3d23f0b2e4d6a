import { MatteflowError, asError } from '../../core/errors.js';
import type { Engine, EngineName, EngineOptions } from './engine.js';

/** What each library offers. */
interface EngineModule {
  readonly open: (options: EngineOptions) => Promise<Engine>;
  /** The devices it can be asked for here, found or not. */
  readonly devices: () => string[];
}

const ENGINES: Readonly<Record<EngineName, () => Promise<EngineModule>>> = {
  onnx: async () => {
    const { openOnnx, onnxDevices } = await import('./onnx/open.js');
    return { open: openOnnx, devices: onnxDevices };
  },
  tfjs: async () => {
    const { openTfjs, tfjsDevices } = await import('./tfjs/open.js');
    return { open: openTfjs, devices: tfjsDevices };
  },
};

/**
 * The library behind an engine, loaded when first asked for: they are large, and one may not run on this machine.
 *
 * @throws `ENGINE_UNAVAILABLE` when it does not load
 */
export async function loadEngine(name: EngineName): Promise<EngineModule> {
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
