import { basename } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { importWeights, LAYOUT_NAMES, type LayoutName } from '../matting/weights/import.js';
import { runCommand } from './command.js';
import { publishFiles } from '../output/publish-files.js';

interface ImportFlags {
  readonly layout: LayoutName;
  readonly output: string;
  readonly conv6?: 1 | 3 | 7;
  readonly skips?: boolean;
  readonly name?: string;
  readonly licence?: string;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

/** `matteflow weights import`. */
export function weightsImportCommand(): Command {
  return new Command('import')
    .description('turn weights of PyTorch or safetensors into a model of ours, running none of their code')
    .argument('<files...>', 'one file, or those that together hold one set of weights')
    .addOption(
      new Option('--layout <name>', 'whose names the tensors go by')
        .choices(LAYOUT_NAMES)
        .makeOptionMandatory(),
    )
    .requiredOption(
      '-o, --output <safetensors>',
      'the file to make; its card lies beside it as .json',
      outputName,
    )
    .option('--conv6 <n>', 'kernel at the bottom of dim: 1, 3 or 7 (as the file has it)', kernelSize)
    .option('--skips', 'huochaitiantang, matteflow: the network adds skips; the file cannot tell')
    .option('--name <text>', 'name on the card (the output’s)')
    .option('--licence <text>', 'terms the weights are under, for the card (unknown)')
    .option('--overwrite', 'replace an existing output')
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      '\nExample:\n  matteflow weights import dim_stage3.pth --layout mmediting -o dim.safetensors\n' +
        '  matteflow weights import resnet50.pth --layout torchvision -o resnet50.safetensors',
    )
    .action((files: [string, ...string[]], flags: ImportFlags) =>
      runCommand(flags, async () => {
        const { output, overwrite = false, ...said } = flags;
        const stem = output.slice(0, -ENDING.length);
        const { bytes, card, dropped } = await importWeights({
          ...said,
          files,
          name: said.name ?? basename(stem),
        });
        const cardFile = `${stem}.json`;
        await publishFiles(
          [
            { path: output, content: bytes },
            { path: cardFile, content: `${JSON.stringify(card, null, 2)}\n` },
          ],
          overwrite,
        );
        const left = dropped.length > 0 ? `; left out ${dropped.length}: ${dropped.join(', ')}` : '';
        const part = card.part ? ` (${card.part} only: to train from)` : '';
        return {
          json: {
            output,
            card: cardFile,
            model: card.model,
            options: card.options,
            part: card.part,
            dropped,
          },
          text: `${output}: ${card.model}${part} ${JSON.stringify(card.options)}${left}`,
        };
      }),
    );
}

const ENDING = '.safetensors';

function outputName(text: string): string {
  if (!text.endsWith(ENDING)) throw new InvalidArgumentError(`A name that ends with ${ENDING} is expected.`);
  return text;
}

function kernelSize(text: string): 1 | 3 | 7 {
  const size = Number(text);
  if (size !== 1 && size !== 3 && size !== 7) throw new InvalidArgumentError('1, 3 or 7 is expected.');
  return size;
}
