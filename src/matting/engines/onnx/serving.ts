import type { Stage } from '../../networks/model.js';
import type { LoadedModel } from '../../weights/load.js';
import { weightScope } from '../../weights/scope.js';
import { guideKind, outputKind, readsTrimap, type SampleType } from '../stage-input.js';
import { CpuGraphOps } from './cpu-graph-ops.js';
import { GraphOps } from './graph-ops.js';
import { OnnxGraph, type GraphWriter, type ValueName } from './graph.js';
import { GpuGraphOps } from './gpu-graph-ops.js';
import { HalfWriter } from './half-writer.js';
import { undonePoolings } from './pool-count.js';
import { packedPairs, unpackedSamples } from './packed-planes.js';
import { DATA_TYPE, type DataType, type ValueMessage } from './messages.js';

const FLOAT = DATA_TYPE.float;
const STORED: Readonly<Record<SampleType, DataType>> = {
  uint8: DATA_TYPE.uint8,
  uint16: DATA_TYPE.uint16,
  float32: FLOAT,
};

/** How a device wants its graph. */
export interface ServingOptions {
  readonly samples: SampleType;
  /** The device has no tensors of 8 and 16 bits, but uint32: samples come and go packed in these. */
  readonly packed: boolean;
  /** Pooling and its reverse written for GPUs. */
  readonly gpu: boolean;
  /** The network in half precision; what is done to its input and output stays in float32. */
  readonly half: boolean;
}

/**
 * One stage of a model as the graph that serves it: from a frame's own samples to an alpha plane, with everything
 * `StageInput` leaves to the engine done inside, so that little crosses to the device.
 *
 * Inputs: `colour` (N, 3, H, W), `matrix` (3, 3, 1, 1) and `offset` (3) of its conversion, `trimap` and, if the stage
 * reads them, `guide` (N, 1, H, W); output: `output` (N, outputs, H, W). All in the types of `StageInput`, or packed.
 */
export function servingGraph(
  model: LoadedModel,
  stage: Stage,
  { samples, packed, gpu, half }: ServingOptions,
): Uint8Array<ArrayBuffer> {
  const graph = new OnnxGraph();
  const ops = operations(graph, gpu);
  const inputs: ValueMessage[] = [
    { name: 'matrix', dims: [3, 3, 1, 1] },
    { name: 'offset', dims: [3] },
  ];
  const read = (name: string, channels: number, type: SampleType): ValueName => {
    const inWords = packed && type !== 'float32';
    inputs.push({
      name,
      dims: ['N', channels, 'H', inWords ? `W_${type}` : 'W'],
      dataType: inWords ? DATA_TYPE.uint32 : STORED[type],
    });
    if (type === 'float32') return name;
    if (inWords) return unpackedSamples(graph, name, type === 'uint8' ? 4 : 2);
    return graph.node('Cast', [name], { to: FLOAT })[0];
  };
  const channels = [rgb(ops, read('colour', 3, samples))];
  if (readsTrimap(model.network, stage)) channels.push(levels(graph, read('trimap', 1, 'uint8')));
  const guide = guideKind(model.network, stage);
  if (guide === 'alpha') channels.push(unit(graph, read('guide', 1, 'uint16')));
  if (guide === 'logit') channels.push(read('guide', 1, 'float32'));
  const [input] = graph.node('Concat', channels, { axis: 1 });
  const result = network(graph, model, stage, input, { gpu, half });

  const name = `${model.name} ${stage}`;
  const outputs = model.network.outputs[stage];
  if (outputKind(model.network, stage) === 'logit') {
    return graph.encode(name, inputs, { name: 'output', dims: ['N', outputs, 'H', 'W'] }, result);
  }
  const codes = sixteenBits(ops, result);
  const stored = packed
    ? packedPairs(graph, codes)
    : graph.node('Cast', [codes], { to: DATA_TYPE.uint16 })[0];
  const dataType = packed ? DATA_TYPE.uint32 : DATA_TYPE.uint16;
  const output = { name: 'output', dims: ['N', outputs, 'H', packed ? 'W_uint16' : 'W'], dataType };
  return graph.encode(name, inputs, output, stored);
}

/** The model's own function, from float32 to float32. */
function network(
  graph: OnnxGraph,
  model: LoadedModel,
  stage: Stage,
  input: ValueName,
  { gpu, half }: Pick<ServingOptions, 'gpu' | 'half'>,
): ValueName {
  const halves = half ? new HalfWriter(graph, undonePoolings(model, stage)) : undefined;
  const writer: GraphWriter = halves ?? graph;
  const weights = weightScope(model.tensors, (name, tensor) => writer.parameter(name, tensor));
  const ops =
    gpu || half
      ? operations(writer, gpu)
      : new CpuGraphOps(writer, { name: input, channels: model.network.channels[stage] });
  const result = model.network.build(stage, ops, weights, input);
  return halves ? halves.single(result) : result;
}

function operations(graph: GraphWriter, gpu: boolean): GraphOps {
  return gpu ? new GpuGraphOps(graph) : new GraphOps(graph);
}

/** Samples as R′G′B′, clipped to 0..1: a matrix at every pixel is a 1×1 convolution. */
function rgb(ops: GraphOps, samples: ValueName): ValueName {
  return ops.clip(ops.conv(samples, 'matrix', 'offset', { padding: 0 }), 0, 1);
}

/** 0, 128, 255 as exactly 0, 0.5, 1. */
function levels(graph: OnnxGraph, trimap: ValueName): ValueName {
  const [scaled] = graph.node('Mul', [trimap, graph.floats([2 / 255], [])]);
  const [shifted] = graph.node('Add', [scaled, graph.floats([0.25], [])]);
  const [whole] = graph.node('Floor', [shifted]);
  return graph.node('Mul', [whole, graph.floats([0.5], [])])[0];
}

/** 0..65535 as 0..1; divided, not multiplied by the reciprocal, so that 65535 is exactly 1. */
function unit(graph: OnnxGraph, alpha: ValueName): ValueName {
  return graph.node('Div', [alpha, graph.floats([65535], [])])[0];
}

/** Alpha 0..1 as numbers whose whole part is 0..65535, rounded; a cast to integers drops the rest. */
function sixteenBits(ops: GraphOps, alpha: ValueName): ValueName {
  return ops.affine(ops.clip(alpha, 0, 1), 65535, 0.5);
}
