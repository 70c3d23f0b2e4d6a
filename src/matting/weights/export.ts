import { exportOnnx, INPUT_NAME, OUTPUT_NAME } from '../engines/onnx/export.js';
import type { Stage } from '../networks/model.js';
import { stageContract } from './contract.js';
import type { LoadedModel } from './load.js';

/** One stage as an ONNX file, opset 18: runs wherever ONNX Runtime does, with nothing of ours. */
export interface ExportedStage {
  readonly stage: Stage;
  readonly bytes: Uint8Array;
}

/** Every stage of a model as an ONNX file, with its contract in the file's metadata. */
export function exportStages(model: LoadedModel): ExportedStage[] {
  const { network, card } = model;
  return network.stages.map((stage) => {
    const { channels, output, size } = stageContract(network, stage);
    const metadata = {
      model: network.name,
      name: model.name,
      stage,
      [INPUT_NAME]: channels.map((channel, i) => `${i}: ${channel}`).join('\n'),
      [OUTPUT_NAME]: output,
      size,
      licence: card?.licence ?? 'unknown',
      ...(card && { options: JSON.stringify(card.options), sha256: card.sha256 }),
    };
    return { stage, bytes: exportOnnx(model, stage, metadata) };
  });
}

/** How to run the exported stages, as Markdown to lie beside them. */
export function exportGuide({ name, network, card }: LoadedModel, fileOf: (stage: Stage) => string): string {
  const sections = network.stages.map((stage) => {
    const { channels, output, size } = stageContract(network, stage);
    const rows = channels.map((channel, i) => `| ${i} | ${channel} |`).join('\n');
    return `## ${fileOf(stage)}

\`${INPUT_NAME}\`: ${size}. Channels:

| channel | what |
| --- | --- |
${rows}

\`${OUTPUT_NAME}\`: (N, ${network.outputs[stage]}, height, width), ${output}.
`;
  });
  const order =
    network.stages.length === 2
      ? `Run ${fileOf('stage1')}, then ${fileOf('stage2')} on the same image and trimap with stage 1's output as the ` +
        'fifth channel; what comes out is the alpha.'
      : `What ${fileOf('stage1')} gives is the result.`;
  return `# ${name}

${card?.description ?? `Weights of ${network.name}.`} ONNX, opset 18, float32, any batch and size.
Licence of the weights: ${card?.licence ?? 'unknown'}.

${order} Trimap values from a quarter to three quarters count as unknown.

${sections.join('\n')}`;
}
