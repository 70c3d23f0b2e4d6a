import * as tf from '@tensorflow/tfjs-core';
import { MatteflowError, asError } from '../../../core/errors.js';

/**
 * TensorFlow for Node, on the processor and on CUDA. Optional peers: their install step downloads 100 to 400 MB of
 * native libraries, so people who want them add them themselves.
 */
export const NATIVE_PACKAGES = {
  cpu: '@tensorflow/tfjs-node',
  gpu: '@tensorflow/tfjs-node-gpu',
} as const;

/** What is used of the packages; `npm run types:tfjs-node` holds their declarations to it. */
export interface NativeModule {
  readonly version: { readonly 'tfjs-node': string };
}

/** What is used of the backend "tensorflow" that they register. */
export interface NativeBackend {
  readonly isGPUPackage: boolean;
  readonly isUsingGpuDevice: boolean;
}

/**
 * Loads one of the packages and makes its backend the one tfjs computes on.
 *
 * @returns its version
 * @throws `ENGINE_UNAVAILABLE` when it is not installed or does not load, or finds no GPU though it is the one for GPUs
 */
export async function openNative(kind: keyof typeof NATIVE_PACKAGES): Promise<string> {
  const name = NATIVE_PACKAGES[kind];
  const needs = kind === 'gpu' ? ' (Linux, CUDA 11.2, cuDNN 8.1)' : '';
  const remedy = `Install it beside matteflow: npm install ${name}${needs}`;
  const { version } = await load(name, remedy);
  await tf.setBackend('tensorflow');
  const { isGPUPackage, isUsingGpuDevice } = tf.backend() as unknown as NativeBackend;
  // It would compute on the processor instead, and say nothing; and of the two, the first one loaded stays.
  if (kind === 'gpu' && !(isGPUPackage && isUsingGpuDevice)) {
    throw new MatteflowError('ENGINE_UNAVAILABLE', { what: `${name} found no GPU it can use`, remedy });
  }
  return version['tfjs-node'];
}

async function load(name: string, remedy: string): Promise<NativeModule> {
  try {
    return (await import(name)) as NativeModule;
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    throw new MatteflowError('ENGINE_UNAVAILABLE', {
      what: `the package ${name} ${missing ? 'is not installed' : 'does not load'}`,
      ...(!missing && { seen: asError(cause).message }),
      remedy,
      cause,
    });
  }
}
