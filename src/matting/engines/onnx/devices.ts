/** A device of ONNX Runtime, and how it wants its graphs (`ServingOptions`). */
export interface OnnxDevice {
  /** ONNX Runtime's name for what computes on it. */
  readonly provider: string;
  readonly gpu: boolean;
  readonly packed: boolean;
}

const gpu = (provider: string): OnnxDevice => ({ provider, gpu: true, packed: false });
const webgpu: OnnxDevice = { provider: 'webgpu', gpu: true, packed: true };

/** By the names people ask for. What of it a build of ONNX Runtime has, `listSupportedBackends` says. */
export const ONNX_DEVICES: ReadonlyMap<string, OnnxDevice> = new Map([
  ['cpu', { provider: 'cpu', gpu: false, packed: false }],
  ['webgpu', webgpu],
  ['webgpu-software', webgpu],
  ['cuda', gpu('cuda')],
  ['tensorrt', gpu('tensorrt')],
  ['dml', gpu('dml')],
  ['coreml', gpu('coreml')],
]);
