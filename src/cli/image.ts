import { Command, Option } from 'commander';
import { VIEW_CHOICES } from '../matting/viewing.js';
import { matteImage } from '../pipeline/matte-image.js';
import type { MatteImageOptions } from '../pipeline/options.js';
import type { ImageTrimapOptions } from '../pipeline/image-trimap.js';
import { runCommand } from './command.js';
import { runOptions, withEngineFlags, type EngineFlags } from './engine-flags.js';
import { withForceFlags, withReachFlags } from './trimap-flags.js';

type ImageFlags = EngineFlags &
  ImageTrimapOptions &
  Pick<MatteImageOptions, 'view'> & {
    readonly output: string;
    readonly matte?: boolean;
    readonly overwrite?: boolean;
  };

/** `matteflow image`. */
export function imageCommand(): Command {
  const command = withForceFlags(withReachFlags(withEngineFlags(new Command('image')), 'of a mask: 8'));
  return command
    .description('matte one image')
    .argument('<image>', 'PNG, JPEG, TIFF, WebP, EXR or DPX')
    .option('--trimap <png>', 'black background, white subject, grey where unsure')
    .option('--mask <png>', 'a segmentation tool’s mask instead')
    .requiredOption('-o, --output <png>', 'the PNG to make: straight RGBA')
    .option('--matte', 'alpha alone, as grey')
    .addOption(
      new Option('--view <name>', 'how HDR, log or linear colour is shown to the networks')
        .choices(VIEW_CHOICES)
        .default('auto'),
    )
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
