import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { MatteflowError } from '../../../core/errors.js';
import { requireAdapter } from '../gpu-adapter.js';
import { openNative } from './native.js';
import { registerWebGpu } from './webgpu.js';

/** A tfjs backend, registered under `backend`, and what it is in words. */
export interface OpenedBackend {
  readonly backend: string;
  readonly detail: string;
}

/** The devices tfjs can be asked for, and how each is made ready. */
export const TFJS_DEVICES: ReadonlyMap<string, () => Promise<OpenedBackend>> = new Map([
  ['cpu', openWasm],
  ['js', openJavaScript],
  ['webgpu', () => openWebGpu({ software: false })],
  ['webgpu-software', () => openWebGpu({ software: true })],
  ['tfjs-node', openTensorFlow],
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

async function openWebGpu(allow: { readonly software: boolean }): Promise<OpenedBackend> {
  const { name } = await requireAdapter(allow);
  await registerWebGpu();
  await start('webgpu');
  return { backend: 'webgpu', detail: `${name}, through Dawn; single precision only` };
}

async function openTensorFlow(): Promise<OpenedBackend> {
  const version = await openNative('cpu');
  return { backend: 'tensorflow', detail: `TensorFlow for Node ${version}` };
}

async function openCuda(): Promise<OpenedBackend> {
  const version = await openNative('gpu');
  return { backend: 'tensorflow', detail: `TensorFlow for Node ${version} on CUDA` };
}

async function start(backend: string): Promise<void> {
  if (await tf.setBackend(backend)) return;
  throw new MatteflowError('ENGINE_UNAVAILABLE', { what: `the tfjs backend "${backend}" does not start` });
}
