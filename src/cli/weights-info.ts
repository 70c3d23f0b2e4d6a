import { Command } from 'commander';
import type { NetworkTable } from '../matting/networks/inventory.js';
import {
  describeWeights,
  type ForeignDescription,
  type NetworkDescription,
} from '../matting/weights/describe.js';
import { runCommand } from './command.js';
import { tableLines } from './text-table.js';

/** `matteflow weights info`. */
export function weightsInfoCommand(): Command {
  return new Command('info')
    .description('what a model is: its card, its layers, its parameters')
    .argument(
      '<model|file>',
      'a shipped model, a weights file, a checkpoint of PyTorch, or the name of a network',
    )
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', '\nExample:\n  matteflow weights info compact\n  matteflow weights info dim')
    .action((nameOrFile: string, flags: { readonly json?: boolean }) =>
      runCommand(flags, async () => {
        const description = await describeWeights(nameOrFile);
        return { json: description, text: textOf(description) };
      }),
    );
}

function textOf(description: Awaited<ReturnType<typeof describeWeights>>): string {
  switch (description.kind) {
    case 'network':
      return networkText(description);
    case 'tensors':
      return tensorsText(description);
    case 'classical':
      return `${description.name}: no network and no weights; ${description.summary}`;
  }
}

const count = (value: number): string => Math.round(value).toLocaleString('en');

function networkText({ name, network, options, part, card, table }: NetworkDescription): string {
  const weights = card
    ? [
        card.description,
        `licence      ${card.licence ?? 'unknown'}`,
        ...(card.source
          ? [`source       ${card.source.layout}: ${card.source.files.map((file) => file.name).join(', ')}`]
          : []),
        `training     ${card.training.summary}`,
        ...card.training.data.map(({ what, items, licence }) => `             ${items} ${what} (${licence})`),
        ...card.metrics.map(
          ({ set, method, sad, mse, grad, conn }) =>
            `metrics      ${method} on ${set}: SAD ${sad}, MSE ${mse}, Grad ${grad}, Conn ${conn}`,
        ),
      ]
    : [];
  const fields = Object.entries(table.receptiveFields).map(
    ([stage, width]) => `${stage} ${width === null ? 'the whole input' : `${width} pixels`}`,
  );
  return [
    name,
    ...weights,
    `network      ${network} ${JSON.stringify(options)}`,
    ...(part ? [`part         ${part} only: to train from, not to matte with`] : []),
    `parameters   ${count(table.parameters)}`,
    `multiply-adds a pixel ${count(table.multiplyAdds)}`,
    `sees         ${fields.join(', ')}`,
    '',
    ...layerLines(table),
  ].join('\n');
}

const COLUMNS = [
  'stage',
  'layer',
  'kind',
  'kernel',
  'stride',
  'dilation',
  'channels',
  'parameters',
  'multiply-adds',
];

function layerLines({ layers }: NetworkTable): string[] {
  const rows = layers.map((layer) => [
    layer.stage,
    layer.name,
    layer.kind,
    `${layer.kernel}×${layer.kernel}`,
    String(layer.stride),
    String(layer.dilation),
    `${layer.inputs} → ${layer.outputs}`,
    count(layer.parameters),
    count(layer.multiplyAdds),
  ]);
  return tableLines([COLUMNS, ...rows], COLUMNS.length);
}

function tensorsText({ file, metadata, tensors }: ForeignDescription): string {
  const rows = tensors.map(({ name, shape }) => [name, shape.join('×') || 'scalar']);
  const notes = Object.entries(metadata).map(([key, value]) => `${key} ${value}`);
  return [`${file}: ${tensors.length} tensors, not imported`, ...notes, '', ...tableLines(rows, 2)].join(
    '\n',
  );
}
