import { basename, extname } from 'node:path';
import { Command, Option } from 'commander';
import { matteVideo } from '../pipeline/matte-video.js';
import type { MatteVideoOptions } from '../pipeline/options.js';
import { runCommand } from './command.js';
import { runOptions, withEngineFlags, type EngineFlags } from './engine-flags.js';
import { frameRange, wholeNumber } from './values.js';

type MatteFlags = EngineFlags &
  Pick<
    MatteVideoOptions,
    | 'trimaps'
    | 'format'
    | 'background'
    | 'premultiplied'
    | 'range'
    | 'overwrite'
    | 'resume'
    | 'salvage'
    | 'foreground'
    | 'segment'
  > & {
    readonly output?: string;
  };

/** What each format is called where no name is given. */
const DEFAULT_ENDING = { prores4444: '.mov', png: '', matte: '.mkv', composite: '.mp4' } as const;

/** `matteflow matte`. */
export function matteCommand(): Command {
  return withEngineFlags(new Command('matte'))
    .description('matte a clip: ProRes 4444 with alpha, a PNG sequence, the matte alone, or a composite')
    .argument('<input>', 'a video file, a folder of numbered pictures, or a pattern such as shot.%04d.png')
    .requiredOption(
      '--trimaps <folder>',
      'painted trimaps named by frame number; those between are propagated',
    )
    .option('-o, --output <path>', 'the file or folder to make (INPUT-matte.mov, …)')
    .addOption(
      new Option('--format <name>')
        .choices(['prores4444', 'png', 'matte', 'composite'])
        .default('prores4444'),
    )
    .option('--background <colour|image|video>', 'what a composite lies over (studio green)')
    .addOption(
      new Option(
        '--foreground <method>',
        'the subject’s colour in soft edges: exact, or several times faster',
      )
        .choices(['fine', 'fast'])
        .default('fine'),
    )
    .option('--premultiplied', 'colour multiplied by alpha (straight)')
    .option('--range <A:B>', 'first and last frame, in the shot’s own numbers', frameRange)
    .option('--overwrite', 'replace an existing output')
    .option('--resume', 'go on with what a run that was stopped has finished')
    .option('--salvage', 'damaged frames show the one before them and are listed (damage is refused)')
    .option(
      '--segment <frames>',
      'frames finished together in a long run; 0: one go, no resuming (100)',
      wholeNumber,
    )
    .addHelpText(
      'after',
      '\nExample:\n  matteflow matte shot.mov --trimaps shot-trimaps -o shot-matte.mov' +
        '\n  (shot-trimaps holds 0000.png, 0048.png, …: black background, white subject, grey where unsure)',
    )
    .action((input: string, flags: MatteFlags) =>
      runCommand(flags, async (context) => {
        const output = flags.output ?? defaultOutput(input, flags.format ?? 'prores4444');
        const result = await matteVideo({ ...flags, ...runOptions(context), input, output });
        return {
          json: result,
          text: `${result.output}: ${result.frames} frames at ${result.fps.toFixed(1)} fps (${result.engine}, ${result.device})`,
        };
      }),
    );
}

function defaultOutput(input: string, format: keyof typeof DEFAULT_ENDING): string {
  return `${basename(input, extname(input))}-matte${DEFAULT_ENDING[format]}`;
}
