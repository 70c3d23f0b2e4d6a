import { env, listSupportedBackends } from 'onnxruntime-node';
import { MatteflowError, asError } from '../../../core/errors.js';
import type { Engine, EngineOptions } from '../engine.js';
import { requireAdapter } from '../gpu-adapter.js';
import { ONNX_DEVICES } from './devices.js';
import { createSession, onnxEngine } from './engine.js';
import { OnnxGraph } from './graph.js';

/** The least that makes ONNX Runtime start a device: one operation on open dimensions. */
function smallestFile(): Uint8Array {
  const graph = new OnnxGraph();
  const [result] = graph.node('Relu', ['input']);
  return graph.encode('probe', [{ name: 'input', dims: ['N'] }], { name: 'output', dims: ['N'] }, result);
}

/**
 * The ONNX Runtime engine on a device, which is started once to see that it is there.
 *
 * @throws `ENGINE_UNAVAILABLE` for a device this build of ONNX Runtime does not know, that does not start, that is a
 *   GPU in name only, or that lacks the precision asked for
 */
export async function openOnnx({
  device: name,
  threads,
  precision = 'auto',
}: EngineOptions): Promise<Engine> {
  const device = ONNX_DEVICES.get(name);
  if (!device || !providers().includes(device.provider)) {
    throw new MatteflowError('ENGINE_UNAVAILABLE', {
      what: `ONNX Runtime has no device "${name}" here`,
      expected: onnxDevices().join(', '),
    });
  }
  // ONNX Runtime does not tell what adapter it took, and would take an imitated one.
  const adapter =
    device.provider === 'webgpu' ? await requireAdapter({ software: name === 'webgpu-software' }) : undefined;
  const hasHalf = adapter?.half ?? true;
  if (precision === 'half' && !hasHalf) {
    throw new MatteflowError('ENGINE_UNAVAILABLE', {
      what: `the device "${name}" does not compute in half precision`,
      remedy: 'Leave the precision to matteflow, or ask for single',
    });
  }
  await requireStart(name, device.provider);
  const chosen = precision === 'auto' ? (device.gpu && hasHalf ? 'half' : 'single') : precision;
  const detail = [`ONNX Runtime ${env.versions.node}`, adapter?.name, `${chosen} precision`]
    .filter(Boolean)
    .join(', ');
  return onnxEngine({ name, device, precision: chosen, detail, ...(threads !== undefined && { threads }) });
}

/** What this build of ONNX Runtime can be asked for. */
export function onnxDevices(): string[] {
  const known = providers();
  return [...ONNX_DEVICES].filter(([, { provider }]) => known.includes(provider)).map(([name]) => name);
}

async function requireStart(name: string, provider: string): Promise<void> {
  try {
    const session = await createSession(smallestFile(), { provider });
    await session.release();
  } catch (cause) {
    throw new MatteflowError('ENGINE_UNAVAILABLE', {
      what: `ONNX Runtime cannot start the device "${name}"`,
      seen: readable(asError(cause).message),
      remedy: REMEDIES[provider] ?? (provider === 'cpu' ? undefined : 'Use --device cpu'),
      cause,
    });
  }
}

const CUDA_REMEDY =
  'Install CUDA 12 and cuDNN 9, take the line onnxruntime-node-install=skip out of .npmrc ' +
  'and run npm rebuild onnxruntime-node, which downloads its CUDA libraries';

const REMEDIES: Readonly<Record<string, string>> = {
  cuda: CUDA_REMEDY,
  tensorrt: `Install TensorRT as well as what CUDA needs: ${CUDA_REMEDY}`,
};

function providers(): string[] {
  return listSupportedBackends().map(({ name }) => name);
}

/** The library's message without the place in its sources, which tells a person nothing. */
function readable(text: string): string {
  return text
    .trim()
    .split('\n', 1)[0]!
    .replace(/^\/onnxruntime_src\/.* was false\. /, '');
}
