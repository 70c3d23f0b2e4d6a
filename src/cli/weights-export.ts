import { basename, dirname, join } from 'node:path';
import { Command } from 'commander';
import { exportGuide, exportStages } from '../matting/weights/export.js';
import { loadModel, readInput } from '../matting/weights/load.js';
import type { Stage } from '../matting/networks/model.js';
import { runCommand } from './command.js';
import { publishFiles, type FileToPublish } from '../output/publish-files.js';

interface ExportFlags {
  readonly output: string;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

/** `matteflow weights export`. */
export function weightsExportCommand(): Command {
  return new Command('export')
    .description('write a model as ONNX files, one a stage, that ONNX Runtime loads anywhere')
    .argument('<model>', 'a shipped model, or a .safetensors file')
    .requiredOption(
      '-o, --output <folder|onnx>',
      'a folder, for the stages, the weights, the card and how to run them; NAME.onnx for the stages alone',
    )
    .option('--overwrite', 'replace existing files')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', '\nExample:\n  matteflow weights export compact -o compact-onnx')
    .action((name: string, flags: ExportFlags) =>
      runCommand(flags, async () => {
        const files = await exportedFiles(name, flags.output);
        await publishFiles(files, flags.overwrite ?? false);
        const paths = files.map(({ path }) => path);
        return { json: { files: paths }, text: paths.join('\n') };
      }),
    );
}

const ONNX = '.onnx';

async function exportedFiles(name: string, output: string): Promise<FileToPublish[]> {
  const model = await loadModel(name);
  const { card, file } = model;
  const alone = output.endsWith(ONNX);
  const folder = alone ? dirname(output) : output;
  const stem = alone ? basename(output, ONNX) : model.name;
  const fileOf = (stage: Stage): string => `${stem}.${stage}${ONNX}`;
  const stages = exportStages(model).map(({ stage, bytes }) => ({
    path: join(folder, fileOf(stage)),
    content: bytes,
  }));
  if (alone) return stages;
  return [
    ...stages,
    { path: join(folder, `${stem}.md`), content: exportGuide(model, fileOf) },
    { path: join(folder, `${stem}.safetensors`), content: await readInput(file) },
    ...(card ? [{ path: join(folder, `${stem}.json`), content: `${JSON.stringify(card, null, 2)}\n` }] : []),
  ];
}
