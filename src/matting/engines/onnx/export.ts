import type { Stage } from '../../networks/model.js';
import type { LoadedModel } from '../../weights/load.js';
import { weightScope } from '../../weights/scope.js';
import { GraphOps } from './graph-ops.js';
import { OnnxGraph } from './graph.js';

/** Names of the graph's one input and one output. */
export const INPUT_NAME = 'input';
export const OUTPUT_NAME = 'output';

/**
 * One stage of a model as an ONNX file (opset 18): `input` (N, channels, H, W) to `output` (N, outputs, H, W), float32,
 * with N, H and W left open; what the numbers mean is `NetworkModel`'s contract.
 *
 * @param metadata - free text by name, kept in the file for whoever loads it
 */
export function exportOnnx(
  model: LoadedModel,
  stage: Stage,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const graph = new OnnxGraph();
  const weights = weightScope(model.tensors, (name, tensor) => graph.parameter(name, tensor));
  const result = model.network.build(stage, new GraphOps(graph), weights, INPUT_NAME);
  return graph.encode(
    `${model.name} ${stage}`,
    [{ name: INPUT_NAME, dims: ['N', model.network.channels[stage], 'H', 'W'] }],
    { name: OUTPUT_NAME, dims: ['N', model.network.outputs[stage], 'H', 'W'] },
    result,
    metadata,
  );
}
