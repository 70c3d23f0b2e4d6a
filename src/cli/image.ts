import { Command } from 'commander';
import { matteImage } from '../pipeline/matte-image.js';
import { runCommand } from './command.js';
import { runOptions, withEngineFlags, type EngineFlags } from './engine-flags.js';

type ImageFlags = EngineFlags & {
  readonly trimap: string;
  readonly output: string;
  readonly matte?: boolean;
  readonly overwrite?: boolean;
};

/** `matteflow image`. */
export function imageCommand(): Command {
  return withEngineFlags(new Command('image'))
    .description('matte one image')
    .argument('<image>')
    .requiredOption('--trimap <png>', 'black background, white subject, grey where unsure')
    .requiredOption('-o, --output <png>', 'the PNG to make: straight RGBA')
    .option('--matte', 'alpha alone, as grey')
    .option('--overwrite', 'replace an existing output')
    .addHelpText(
      'after',
      '\nExample:\n  matteflow image lemur.png --trimap lemur_trimap.png -o lemur_cut.png',
    )
    .action((image: string, flags: ImageFlags) =>
      runCommand(flags, async (context) => {
        const { matte: matteOnly = false, ...rest } = flags;
        const result = await matteImage({ ...rest, ...runOptions(context), image, matteOnly });
        return {
          json: result,
          text: `${result.output}: ${result.width}×${result.height} in ${result.seconds.toFixed(1)} s`,
        };
      }),
    );
}
