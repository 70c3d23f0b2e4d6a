import { Command } from 'commander';
import { trimapsFromFrames, type FromFramesOptions } from '../pipeline/trimaps-from-frames.js';
import { runCommand } from './command.js';
import { runOptions } from './engine-flags.js';
import { withForceFlags, withReachFlags } from './trimap-flags.js';
import { frameRange } from './values.js';

type FromPlateFlags = Omit<FromFramesOptions, 'input'> & { readonly plate: string; readonly json?: boolean };

/** `matteflow trimap from-plate`. */
export function fromPlateCommand(): Command {
  const command = new Command('from-plate')
    .description('make trimaps by comparing a clip with the same scene without its subject')
    .argument('<input>', 'the clip')
    .requiredOption('--plate <picture|video>', 'the empty scene, shot from the same place')
    .requiredOption('-o, --output <folder>', 'the folder to make')
    .option('--range <A:B>', 'first and last frame, in the shot’s own numbers', frameRange)
    .option('--overwrite', 'replace an existing output')
    .option('--json', 'one JSON object on stdout');
  return withForceFlags(withReachFlags(command, '0'))
    .addHelpText(
      'after',
      '\nExample:\n  matteflow trimap from-plate shot.mov --plate empty.png -o shot-trimaps' +
        '\n  (a video of the empty scene gives a plate without grain: its median is taken)',
    )
    .action((input: string, flags: FromPlateFlags) =>
      runCommand(flags, async (context) => {
        const result = await trimapsFromFrames({ ...flags, ...runOptions(context), input });
        return { json: result, text: `${result.output}: ${result.frames} trimaps` };
      }),
    );
}
