import { Command, InvalidArgumentError, Option } from 'commander';
import { MatteflowError } from '../core/errors.js';
import { composeDataset, type ComposeOptions, type ComposeResult } from '../training/compose-dataset.js';
import { composeSplit } from '../training/compose-split.js';
import { COMPOSED_LAYOUTS, type ComposedLayout } from '../training/data/compose-manifest.js';
import { runCommand, type CommandResult } from './command.js';
import { wholeNumber } from './values.js';

interface ComposeFlags {
  readonly foregrounds: string;
  readonly backgrounds: string;
  readonly output: string;
  readonly perForeground: number;
  readonly trimapWidth: readonly [number, number];
  readonly seed: number;
  readonly layout: ComposedLayout;
  readonly testObjects?: number;
  readonly testPerForeground: number;
  readonly objectUntil?: string;
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
    .addOption(
      new Option(
        '--layout <name>',
        'what the folders are called: image, trimap, alpha, or as Composition-1k’s',
      )
        .choices(Object.keys(COMPOSED_LAYOUTS))
        .default('plain'),
    )
    .option('--test-objects <n>', 'hold out so many objects: train/ and test/ share none', wholeNumber)
    .option('--test-per-foreground <n>', 'composites of each foreground in test/', wholeNumber, 20)
    .option('--object-until <text>', 'a foreground’s name up to this names its object (the whole name)')
    .option('--seed <n>', 'the same seed composes the same data set', wholeNumber, 1)
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      '\nExample, a test set of 50 × 20:\n' +
        '  matteflow dataset compose --foregrounds cutouts --backgrounds voc -o testset --per-foreground 20',
    )
    .action((flags: ComposeFlags) =>
      runCommand(flags, ({ signal, reporter }) =>
        compose(flags, { signal, onProgress: (progress) => reporter.progress(progress) }),
      ),
    );
}

async function compose(
  flags: ComposeFlags,
  run: Pick<ComposeOptions, 'signal' | 'onProgress'>,
): Promise<CommandResult> {
  const { testObjects, objectUntil, ...rest } = flags;
  if (testObjects === undefined) {
    if (objectUntil !== undefined) {
      throw new MatteflowError('USAGE', {
        what: '--object-until is for --test-objects',
        remedy: 'Leave it out',
      });
    }
    const result = await composeDataset({ ...rest, ...run });
    return { json: result, text: setLine(result) };
  }
  const split = { testObjects, ...(objectUntil !== undefined && { objectUntil }) };
  const result = await composeSplit({ ...rest, ...run, ...split });
  return { json: result, text: `${setLine(result.train)}\n${setLine(result.test)}` };
}

function setLine({ output, composites, kept }: ComposeResult): string {
  return `${output}: ${composites} composites${kept > 0 ? `, ${kept} of them were there` : ''}`;
}

/** `A:B`, least and most, pixels. */
function widths(text: string): readonly [number, number] {
  const match = /^(\d+):(\d+)$/.exec(text);
  const pair = [Number(match?.[1]), Number(match?.[2])] as const;
  if (!match || pair[0] > pair[1])
    throw new InvalidArgumentError('The least and the most are expected, such as 2:20.');
  return pair;
}
