import { Command } from 'commander';
import { propagateClip, type PropagateResult } from '../pipeline/propagate-clip.js';
import { runCommand } from './command.js';
import { runOptions } from './engine-flags.js';
import { autoCommand } from './trimap-auto.js';
import { fromMaskCommand } from './trimap-from-mask.js';
import { fromPlateCommand } from './trimap-from-plate.js';
import { withForceFlags } from './trimap-flags.js';
import { frameRange, wholeNumber } from './values.js';

interface PropagateFlags {
  readonly trimaps: string;
  readonly output: string;
  readonly range?: readonly [number, number];
  readonly deinterlace?: boolean;
  readonly suggest: number;
  readonly garbage?: string;
  readonly holdout?: string;
  readonly json?: boolean;
}

/** `matteflow trimap …`. */
export function trimapCommand(): Command {
  return new Command('trimap')
    .description('make trimaps')
    .addCommand(propagateCommand())
    .addCommand(fromMaskCommand())
    .addCommand(fromPlateCommand())
    .addCommand(autoCommand());
}

function propagateCommand(): Command {
  const command = new Command('propagate')
    .description('carry painted keyframes to every frame, as a sequence you can correct')
    .argument('<input>', 'the clip')
    .requiredOption('--trimaps <folder>', 'keyframes named by frame number')
    .requiredOption('-o, --output <folder>', 'the folder to make')
    .option('--range <A:B>', 'first and last frame, in the shot’s own numbers', frameRange)
    .option('--deinterlace', 'make whole frames of interlaced ones (they are refused)')
    .option('--suggest <count>', 'name the frames where a keyframe would help most', wholeNumber, 0);
  return withForceFlags(command)
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      '\nGiven a folder it made before, it redoes only the frames between keyframes that have changed. A trimap that you\n' +
        'corrected there has to become a keyframe first: copy it into the folder of --trimaps.\n' +
        '\nExample:\n  matteflow trimap propagate shot.mov --trimaps keys -o shot-trimaps --suggest 3',
    )
    .action((input: string, flags: PropagateFlags) =>
      runCommand(flags, async (context) => {
        const result = await propagateClip({ ...flags, ...runOptions(context), input });
        return { json: result, text: propagateText(result) };
      }),
    );
}

function propagateText({ output, frames, propagated, suggested, cuts }: PropagateResult): string {
  const list = (title: string, numbers: readonly number[]): string[] =>
    numbers.length > 0 ? [`${title}: ${numbers.join(', ')}`] : [];
  return [
    `${output}: ${frames} trimaps, ${propagated} of them propagated now`,
    ...list('cuts at', cuts),
    ...list('a keyframe would help most at', suggested),
  ].join('\n');
}
