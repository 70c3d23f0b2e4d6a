import { foldNorm } from '../matting/engines/onnx/fold-norm.js';
import type { Network } from '../matting/networks/model.js';
import { TraceOps } from '../matting/networks/trace-ops.js';
import { parameter, tracedInput, tracedParameter, type Traced } from '../matting/networks/traced.js';
import type { ConvOptions, WeightScope } from '../matting/ops.js';
import type { WeightTensor } from '../matting/weights/safetensors.js';

/** Where a norm that training adds keeps its numbers, below the convolution's name. */
export const NORM_PARAMETERS = {
  scale: 'norm.weight',
  shift: 'norm.bias',
  mean: 'norm.running_mean',
  variance: 'norm.running_var',
} as const;

/** What is added to its variances. */
export const NORM_EPSILON = 1e-5;

/** The convolutions of a network that a batch norm can stand behind: those with a bias, a ReLU and no norm. */
export function normedLayers(network: Network): string[] {
  const found = new Set<string>();
  class Watch extends TraceOps {
    override conv(x: Traced, filter: Traced, bias: Traced | undefined, options: ConvOptions<Traced>): Traced {
      if (bias && options.activation && !options.norm) {
        found.add(parameter(filter).name.replace(/\.weight$/, ''));
      }
      return super.conv(x, filter, bias, options);
    }
  }
  const scope = (prefix: string): WeightScope<Traced> => ({
    at: (name) => scope(`${prefix}${name}.`),
    get: (name, shape) => tracedParameter(prefix + name, shape),
  });
  for (const stage of network.stages) {
    network.build(stage, new Watch(), scope(''), tracedInput(network.channels[stage]));
  }
  return [...found];
}

/** The weights with filter and bias of each of those layers doing what its norm did. */
export function foldAddedNorms(
  tensors: ReadonlyMap<string, WeightTensor>,
  layers: readonly string[],
): Map<string, WeightTensor> {
  const folded = new Map(tensors);
  for (const layer of layers) {
    const numbers = (field: keyof typeof NORM_PARAMETERS): Float32Array =>
      tensors.get(`${layer}.${NORM_PARAMETERS[field]}`)!.data;
    const norm = {
      scale: numbers('scale'),
      shift: numbers('shift'),
      mean: numbers('mean'),
      variance: numbers('variance'),
      epsilon: NORM_EPSILON,
    };
    const { filter, bias } = foldNorm(tensors.get(`${layer}.weight`)!, undefined, norm, 0);
    folded.set(`${layer}.weight`, filter);
    folded.set(`${layer}.bias`, { shape: [bias.length], data: bias });
    for (const field of Object.values(NORM_PARAMETERS)) folded.delete(`${layer}.${field}`);
  }
  return folded;
}
