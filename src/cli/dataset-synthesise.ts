import { Command, Option } from 'commander';
import { synthesiseDataset } from '../training/synthesise-dataset.js';
import { SYNTHESIS_KINDS, type SynthesisKind } from '../training/synthesis/kinds.js';
import { runCommand } from './command.js';
import { wholeNumber } from './values.js';

interface SynthesiseFlags {
  readonly output: string;
  readonly count: number;
  readonly kind?: SynthesisKind;
  readonly side: number;
  readonly photographs?: string;
  readonly seed: number;
  readonly sheet?: string;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

/** `matteflow dataset synthesise`. */
export function datasetSynthesiseCommand(): Command {
  return new Command('synthesise')
    .description('draw foregrounds with exact alpha: hair, fur, lace, smoke, glass and more')
    .requiredOption('-o, --output <folder>', 'the folder to make: straight RGBA, one PNG each')
    .option('--count <n>', 'how many', wholeNumber, 100)
    .addOption(
      new Option('--kind <kind>', 'one kind alone; all in turns unless given').choices(SYNTHESIS_KINDS),
    )
    .option('--side <pixels>', 'width and height', wholeNumber, 480)
    .option('--photographs <folder>', 'where surfaces are cut from; made of noise unless given')
    .option('--seed <n>', 'the same seed draws the same pictures', wholeNumber, 1)
    .option('--sheet <png>', 'a contact sheet of them, over a checkerboard, photographs and green')
    .option('--overwrite', 'replace an existing folder')
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      '\nExample:\n  matteflow dataset synthesise -o drawn --count 200 --photographs photos --sheet drawn.png',
    )
    .action((flags: SynthesiseFlags) =>
      runCommand(flags, async ({ signal, reporter }) => {
        const { kind, ...rest } = flags;
        const result = await synthesiseDataset({
          ...rest,
          kinds: kind ? [kind] : SYNTHESIS_KINDS,
          signal,
          onProgress: (progress) => reporter.progress(progress),
        });
        const sheet = result.sheet === undefined ? '' : `\n${result.sheet}: contact sheet`;
        return {
          json: result,
          text: `${result.output}: ${result.count} foregrounds in ${result.seconds.toFixed(1)} s${sheet}`,
        };
      }),
    );
}
