import type { Stage } from '../../networks/model.js';
import type { LoadedModel } from '../../weights/load.js';
import { weightScope } from '../../weights/scope.js';
import { guideKind, outputKind, readsTrimap, type SampleType } from '../stage-input.js';
import { CpuGraphOps } from './cpu-graph-ops.js';
import { GraphOps } from './graph-ops.js';
import { OnnxGraph, type ValueName } from './graph.js';
import { DATA_TYPE, type DataType, type ValueMessage } from './messages.js';

const FLOAT = DATA_TYPE.float;
const STORED: Readonly<Record<SampleType, DataType>> = {
  uint8: DATA_TYPE.uint8,
  uint16: DATA_TYPE.uint16,
  float32: FLOAT,
};

/**
 * One stage of a model as the graph that serves it: from a frame's own samples to an alpha plane, with everything
 * `StageInput` leaves to the engine done inside, so that little crosses to the device.
 *
 * Inputs: `colour` (N, 3, H, W), `matrix` (3, 3, 1, 1) and `offset` (3) of its conversion, `trimap` and, if the stage
 * reads them, `guide` (N, 1, H, W); output: `output` (N, outputs, H, W). All in the types of `StageInput`.
 */
export function servingGraph(
  model: LoadedModel,
  stage: Stage,
  samples: SampleType,
  device: string,
): Uint8Array<ArrayBuffer> {
  const graph = new OnnxGraph();
  const guide = guideKind(model.network, stage);
  const inputs: ValueMessage[] = [
    { name: 'colour', dims: ['N', 3, 'H', 'W'], dataType: STORED[samples] },
    { name: 'matrix', dims: [3, 3, 1, 1] },
    { name: 'offset', dims: [3] },
  ];
  const channels = [rgb(graph, samples === 'float32' ? 'colour' : asFloat(graph, 'colour'))];
  if (readsTrimap(model.network, stage)) {
    inputs.push({ name: 'trimap', dims: ['N', 1, 'H', 'W'], dataType: DATA_TYPE.uint8 });
    channels.push(levels(graph, asFloat(graph, 'trimap')));
  }
  if (guide) {
    const dataType = guide === 'alpha' ? DATA_TYPE.uint16 : FLOAT;
    inputs.push({ name: 'guide', dims: ['N', 1, 'H', 'W'], dataType });
    channels.push(guide === 'alpha' ? unit(graph, asFloat(graph, 'guide')) : 'guide');
  }
  const [input] = graph.node('Concat', channels, { axis: 1 });
  const weights = weightScope(model.tensors, (name, tensor) => graph.parameter(name, tensor));
  const ops =
    device === 'cpu'
      ? new CpuGraphOps(graph, { name: input, channels: model.network.channels[stage] })
      : new GraphOps(graph);
  const result = model.network.build(stage, ops, weights, input);

  const name = `${model.name} ${stage}`;
  const output = { name: 'output', dims: ['N', model.network.outputs[stage], 'H', 'W'] };
  if (outputKind(model.network, stage) === 'logit') return graph.encode(name, inputs, output, result);
  const [codes] = graph.node('Cast', [sixteenBits(graph, result)], { to: DATA_TYPE.uint16 });
  return graph.encode(name, inputs, { ...output, dataType: DATA_TYPE.uint16 }, codes);
}

function asFloat(graph: OnnxGraph, x: ValueName): ValueName {
  return graph.node('Cast', [x], { to: FLOAT })[0];
}

/** Samples as R′G′B′, clipped to 0..1: a matrix at every pixel is a 1×1 convolution. */
function rgb(graph: OnnxGraph, samples: ValueName): ValueName {
  const [converted] = graph.node('Conv', [samples, 'matrix', 'offset'], { kernel_shape: [1, 1] });
  return clipped(graph, converted, 0, 1);
}

/** 0, 128, 255 as exactly 0, 0.5, 1. */
function levels(graph: OnnxGraph, trimap: ValueName): ValueName {
  const [halves] = graph.node('Mul', [trimap, graph.floats([2 / 255], [])]);
  const [whole] = graph.node('Round', [halves]);
  return graph.node('Mul', [whole, graph.floats([0.5], [])])[0];
}

/** 0..65535 as 0..1; divided, not multiplied by the reciprocal, so that 65535 is exactly 1. */
function unit(graph: OnnxGraph, alpha: ValueName): ValueName {
  return graph.node('Div', [alpha, graph.floats([65535], [])])[0];
}

/** Alpha 0..1 as whole numbers 0..65535. */
function sixteenBits(graph: OnnxGraph, alpha: ValueName): ValueName {
  const [scaled] = graph.node('Mul', [clipped(graph, alpha, 0, 1), graph.floats([65535], [])]);
  return graph.node('Round', [scaled])[0];
}

function clipped(graph: OnnxGraph, x: ValueName, min: number, max: number): ValueName {
  return graph.node('Clip', [x, graph.floats([min], []), graph.floats([max], [])])[0];
}
