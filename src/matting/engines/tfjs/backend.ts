import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { MatteflowError, asError } from '../../../core/errors.js';

/** Optional: its install step downloads 400 MB of native libraries, so people who have the GPU for it add it themselves. */
const GPU_PACKAGE = '@tensorflow/tfjs-node-gpu';

/** A tfjs backend, registered under `backend`, and what it is in words. */
interface OpenedBackend {
  readonly backend: string;
  readonly detail: string;
}

/** The devices tfjs can be asked for, and how each is made ready. */
export const TFJS_DEVICES: ReadonlyMap<string, () => Promise<OpenedBackend>> = new Map([
  ['cpu', openWasm],
  ['js', openJavaScript],
  ['cuda', openCuda],
]);

/**
 * Makes a backend the one that tfjs computes on. tfjs has one such setting for the whole thread:
 * call this right before the computation, with no `await` between them.
 */
export async function useBackend(backend: string): Promise<void> {
  while (tf.getBackend() !== backend) await tf.setBackend(backend);
}

async function openWasm(): Promise<OpenedBackend> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${dirname(main)}/`);
  await start('wasm');
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return { backend: 'wasm', detail: `WebAssembly${simd ? ' with SIMD' : ''}, one thread` };
}

async function openJavaScript(): Promise<OpenedBackend> {
  // Without this the backend advertises tfjs-node on the console.
  tf.enableProdMode();
  await import('@tensorflow/tfjs-backend-cpu');
  await start('cpu');
  return { backend: 'cpu', detail: 'plain JavaScript, slow: for checking other engines against' };
}

async function openCuda(): Promise<OpenedBackend> {
  const remedy = `Install it beside matteflow: npm install ${GPU_PACKAGE} (Linux, CUDA 11.2, cuDNN 8.1)`;
  try {
    await import(GPU_PACKAGE);
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    throw new MatteflowError('ENGINE_UNAVAILABLE', {
      what: missing
        ? `the package ${GPU_PACKAGE} is not installed`
        : `the package ${GPU_PACKAGE} does not load`,
      ...(!missing && { seen: asError(cause).message }),
      remedy,
      cause,
    });
  }
  await start('tensorflow');
  const { isUsingGpuDevice } = tf.backend() as { isUsingGpuDevice?: boolean };
  if (!isUsingGpuDevice) {
    // It would compute on the processor instead, and say nothing.
    throw new MatteflowError('ENGINE_UNAVAILABLE', {
      what: `${GPU_PACKAGE} found no GPU it can use`,
      remedy,
    });
  }
  return { backend: 'tensorflow', detail: 'TensorFlow on CUDA' };
}

async function start(backend: string): Promise<void> {
  if (await tf.setBackend(backend)) return;
  throw new MatteflowError('ENGINE_UNAVAILABLE', { what: `the tfjs backend "${backend}" does not start` });
}
