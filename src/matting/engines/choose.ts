import { MatteflowError, asError } from '../../core/errors.js';
import { automaticDevice } from './automatic-device.js';
import type { Engine, EngineName, EngineOptions, Precision } from './engine.js';
import { loadEngine } from './libraries.js';

/** In the order of preference. */
const NAMES: readonly EngineName[] = ['onnx', 'tfjs'];

/**
 * Opens the engine that will be used. `auto` for the engine takes the first that has the device, ONNX Runtime before
 * tfjs; `auto` for the device is what `automaticDevice` says, and the processor where that does not start after all.
 * A device asked for by name is used or refused, never replaced.
 *
 * @throws `ENGINE_UNAVAILABLE` when no engine has the device, saying what each answered
 */
export async function chooseEngine(wanted: {
  readonly engine: EngineName | 'auto';
  readonly device: string;
  readonly threads?: number;
  readonly precision?: Precision | 'auto';
}): Promise<Engine> {
  const { threads, precision } = wanted;
  const automatic = wanted.device === 'auto' ? await automaticDevice() : undefined;
  const names = wanted.engine === 'auto' ? NAMES : [wanted.engine];
  const options = (device: string): EngineOptions => ({
    device,
    ...(threads !== undefined && { threads }),
    ...(precision !== undefined && { precision }),
  });
  try {
    return await openFirst(names, options(automatic?.device ?? wanted.device));
  } catch (error) {
    if (!automatic || automatic.device === 'cpu') throw error;
    return openFirst(names, options('cpu'));
  }
}

/** The first of the engines that opens. */
async function openFirst(names: readonly EngineName[], options: EngineOptions): Promise<Engine> {
  const refusals: Error[] = [];
  for (const name of names) {
    try {
      const { open } = await loadEngine(name);
      return await open(options);
    } catch (error) {
      refusals.push(asError(error));
    }
  }
  if (refusals.length === 1) throw refusals[0]!;
  throw new MatteflowError('ENGINE_UNAVAILABLE', {
    what: `no engine can compute on the device "${options.device}"`,
    seen: refusals.map(reason).join('; '),
    remedy: 'Run `matteflow doctor` to see what there is',
    cause: new AggregateError(refusals),
  });
}

/** An error as one clause, without its advice, which several of them would repeat. */
function reason(error: Error): string {
  if (!(error instanceof MatteflowError)) return error.message;
  const { what, seen } = error.parts;
  return seen === undefined ? what : `${what}: ${seen}`;
}
