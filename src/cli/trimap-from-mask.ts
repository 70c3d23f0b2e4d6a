import { Command } from 'commander';
import { trimapsFromMasks, type FromMasksOptions } from '../pipeline/trimaps-from-masks.js';
import { runCommand } from './command.js';
import { runOptions } from './engine-flags.js';
import { withReachFlags } from './trimap-flags.js';

type FromMaskFlags = Pick<FromMasksOptions, 'output' | 'erode' | 'dilate' | 'overwrite'> & {
  readonly json?: boolean;
};

/** `matteflow trimap from-mask`. */
export function fromMaskCommand(): Command {
  return withReachFlags(new Command('from-mask'), '8')
    .description('turn masks, hard or soft, into trimaps with an unknown band along their edge')
    .argument('<masks>', 'a folder of PNGs named by frame number, one picture, or a video')
    .requiredOption('-o, --output <folder>', 'the folder to make')
    .option('--overwrite', 'replace an existing output')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', '\nExample:\n  matteflow trimap from-mask masks -o keys --erode 6 --dilate 10')
    .action((masks: string, flags: FromMaskFlags) =>
      runCommand(flags, async (context) => {
        const result = await trimapsFromMasks({ ...flags, ...runOptions(context), masks });
        return { json: result, text: `${result.output}: ${result.frames} trimaps` };
      }),
    );
}
