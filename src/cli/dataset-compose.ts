import { Command, InvalidArgumentError } from 'commander';
import { composeDataset } from '../training/compose-dataset.js';
import { runCommand } from './command.js';
import { wholeNumber } from './values.js';

interface ComposeFlags {
  readonly foregrounds: string;
  readonly backgrounds: string;
  readonly output: string;
  readonly perForeground: number;
  readonly trimapWidth: readonly [number, number];
  readonly seed: number;
  readonly json?: boolean;
}

/** `matteflow dataset compose`. */
export function datasetComposeCommand(): Command {
  return new Command('compose')
    .description('compose every foreground over several backgrounds: image/, trimap/ and alpha/')
    .requiredOption('--foregrounds <folder>', 'RGBA cut-outs, or fg/ and alpha/ with files of the same names')
    .requiredOption('--backgrounds <folder>', 'pictures of any size')
    .requiredOption('-o, --output <folder>', 'the data set; one begun earlier is completed')
    .option('--per-foreground <n>', 'composites of each foreground', wholeNumber, 100)
    .option(
      '--trimap-width <A:B>',
      'how far the unknown band reaches past what is mixed, pixels',
      widths,
      [2, 20],
    )
    .option('--seed <n>', 'the same seed composes the same data set', wholeNumber, 1)
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      '\nExample, a test set of 50 × 20:\n' +
        '  matteflow dataset compose --foregrounds cutouts --backgrounds voc -o testset --per-foreground 20',
    )
    .action((flags: ComposeFlags) =>
      runCommand(flags, async ({ signal, reporter }) => {
        const result = await composeDataset({
          ...flags,
          signal,
          onProgress: (progress) => reporter.progress(progress),
        });
        const kept = result.kept > 0 ? `, ${result.kept} of them were there` : '';
        return { json: result, text: `${result.output}: ${result.composites} composites${kept}` };
      }),
    );
}

/** `A:B`, least and most, pixels. */
function widths(text: string): readonly [number, number] {
  const match = /^(\d+):(\d+)$/.exec(text);
  const pair = [Number(match?.[1]), Number(match?.[2])] as const;
  if (!match || pair[0] > pair[1])
    throw new InvalidArgumentError('The least and the most are expected, such as 2:20.');
  return pair;
}
