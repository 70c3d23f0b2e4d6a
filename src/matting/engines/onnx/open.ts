import { listSupportedBackends } from 'onnxruntime-node';
import { MatteflowError, asError } from '../../../core/errors.js';
import type { DeviceReport, Engine, EngineOptions } from '../engine.js';
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
 * @throws `ENGINE_UNAVAILABLE` for a device this build of ONNX Runtime does not know, or that does not start
 */
export async function openOnnx(options: EngineOptions): Promise<Engine> {
  const known = deviceNames();
  if (!known.includes(options.device)) {
    throw new MatteflowError('ENGINE_UNAVAILABLE', {
      what: `ONNX Runtime has no device "${options.device}" here`,
      expected: known.join(', '),
    });
  }
  try {
    const session = await createSession(smallestFile(), options);
    await session.release();
  } catch (cause) {
    throw new MatteflowError('ENGINE_UNAVAILABLE', {
      what: `ONNX Runtime cannot start the device "${options.device}"`,
      seen: readable(asError(cause).message),
      remedy: options.device === 'cpu' ? undefined : 'Use --device cpu, or see `matteflow doctor`',
      cause,
    });
  }
  return onnxEngine(options);
}

/** Every device this build of ONNX Runtime knows, tried. */
export async function listOnnxDevices(): Promise<DeviceReport[]> {
  const reports: DeviceReport[] = [];
  for (const device of deviceNames()) {
    try {
      await openOnnx({ device });
      reports.push({ engine: 'onnx', device, found: true, detail: 'ONNX Runtime' });
    } catch (error) {
      reports.push({ engine: 'onnx', device, found: false, detail: asError(error).message });
    }
  }
  return reports;
}

function deviceNames(): string[] {
  return listSupportedBackends().map(({ name }) => name);
}

/** The library's message without the place in its sources, which tells a person nothing. */
function readable(text: string): string {
  return text
    .trim()
    .split('\n', 1)[0]!
    .replace(/^\/onnxruntime_src\/.* was false\. /, '');
}
