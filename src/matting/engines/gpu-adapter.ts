import { fork } from 'node:child_process';
import { compiledUrl } from '../../core/compiled.js';
import { MatteflowError } from '../../core/errors.js';

/** The WebGPU adapter that a run would get. */
export interface GpuAdapter {
  /** In words: "nvidia ampere NVIDIA GeForce RTX 3080". */
  readonly name: string;
  /** An imitation on the processor (SwiftShader, llvmpipe, WARP). */
  readonly software: boolean;
  /** Its shaders compute in float16. */
  readonly half: boolean;
}

/** What the process that looks for it answers. */
export type AdapterAnswer =
  | { readonly adapter: GpuAdapter }
  | { readonly problem: 'none' }
  | { readonly problem: 'no library'; readonly message: string };

/** Milliseconds after which a driver that does not answer counts as broken. */
const PATIENCE = 20_000;

/**
 * Asks Dawn (the package `webgpu`) for the fastest adapter, in a process of its own: drivers and Vulkan's loader write
 * to stderr, and some crash. It takes about a tenth of a second.
 *
 * @throws `ENGINE_UNAVAILABLE` when there is none, or only what imitates one and `software` is not asked for
 */
export async function requireAdapter(allow: { readonly software: boolean }): Promise<GpuAdapter> {
  const answer = await ask();
  if (answer === undefined) {
    throw unavailable('the GPU driver crashed or hung when it was asked what it is', 'Update the driver');
  }
  if ('adapter' in answer) {
    if (!answer.adapter.software || allow.software) return answer.adapter;
    throw new MatteflowError('ENGINE_UNAVAILABLE', {
      what: 'the only GPU there is is imitated by the processor, slower than the device cpu',
      seen: answer.adapter.name,
      remedy: 'Use --device cpu; for tests of the GPU path there is --device webgpu-software',
    });
  }
  if (answer.problem === 'none') {
    throw unavailable(
      'no GPU that WebGPU can use was found',
      'Install a driver with Vulkan, Metal or Direct3D 12',
    );
  }
  throw new MatteflowError('ENGINE_UNAVAILABLE', {
    what: 'the package webgpu does not load, so nothing says what GPU there is',
    seen: answer.message,
    remedy: 'Install it beside matteflow: npm install webgpu',
  });
}

function unavailable(what: string, remedy: string): MatteflowError {
  return new MatteflowError('ENGINE_UNAVAILABLE', { what, remedy });
}

/** The process's answer; `undefined` when it ended or was ended without one. */
function ask(): Promise<AdapterAnswer | undefined> {
  return new Promise((resolve, reject) => {
    const child = fork(compiledUrl('./gpu-adapter-process.js', import.meta.url), {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
      timeout: PATIENCE,
      killSignal: 'SIGKILL',
    });
    let answer: AdapterAnswer | undefined;
    child.on('message', (message) => (answer = message as AdapterAnswer));
    child.on('error', reject);
    child.on('close', () => resolve(answer));
  });
}
