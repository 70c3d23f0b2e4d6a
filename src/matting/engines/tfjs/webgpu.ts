import { MatteflowError, asError } from '../../../core/errors.js';

/**
 * Registers tfjs's backend "webgpu" over Dawn, the WebGPU of the package `webgpu`. The backend looks for
 * `navigator.gpu` while it is imported, and for WebGPU's constants as globals, so these are put there first.
 *
 * @throws `ENGINE_UNAVAILABLE` when the package does not load
 */
export async function registerWebGpu(): Promise<void> {
  // Node 20 has no navigator; later ones have one without `gpu`.
  const scope = globalThis as { navigator?: { gpu?: GPU } };
  if (!scope.navigator?.gpu) {
    const { create, globals } = await loadDawn();
    Object.assign(globalThis, globals);
    if (!scope.navigator) Object.defineProperty(scope, 'navigator', { value: {}, configurable: true });
    Object.defineProperty(scope.navigator, 'gpu', { value: create([]), configurable: true });
  }
  await import('@tensorflow/tfjs-backend-webgpu');
}

async function loadDawn(): Promise<typeof import('webgpu')> {
  try {
    return await import('webgpu');
  } catch (cause) {
    throw new MatteflowError('ENGINE_UNAVAILABLE', {
      what: 'the package webgpu does not load',
      seen: asError(cause).message,
      remedy: 'Install it beside matteflow: npm install webgpu',
      cause,
    });
  }
}
