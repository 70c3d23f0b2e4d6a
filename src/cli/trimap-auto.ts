import { Command, Option } from 'commander';
import { trimapsFromFrames, type FromFramesOptions } from '../pipeline/trimaps-from-frames.js';
import { runCommand } from './command.js';
import { runOptions } from './engine-flags.js';
import { withForceFlags, withReachFlags } from './trimap-flags.js';
import { frameRange } from './values.js';

type AutoFlags = Omit<FromFramesOptions, 'input' | 'trimapModel'> & {
  readonly model?: string;
  readonly json?: boolean;
};

/** `matteflow trimap auto`. */
export function autoCommand(): Command {
  const command = new Command('auto')
    .description('let a network that you have trained make trimaps')
    .argument('<input>', 'the clip')
    .option('--model <file>', 'weights of the model trimap-unet (train them: matteflow train trimap-unet)')
    .requiredOption('-o, --output <folder>', 'the folder to make')
    .option('--range <A:B>', 'first and last frame, in the shot’s own numbers', frameRange)
    .addOption(
      new Option('--engine <name>', 'what runs the network')
        .choices(['auto', 'onnx', 'tfjs'])
        .default('auto'),
    )
    .option('--device <name>', 'auto, cpu, webgpu, cuda, …; an absent one is an error', 'auto')
    .option('--overwrite', 'replace an existing output')
    .option('--json', 'one JSON object on stdout');
  return withForceFlags(withReachFlags(command, '4'))
    .addHelpText(
      'after',
      '\nExample:\n  matteflow trimap auto shot.mov --model runs/people/weights.safetensors -o shot-trimaps',
    )
    .action((input: string, { model, ...flags }: AutoFlags) =>
      runCommand(flags, async (context) => {
        const result = await trimapsFromFrames({
          ...flags,
          ...runOptions(context),
          ...(model !== undefined && { trimapModel: model }),
          autoTrimap: true,
          input,
        });
        return { json: result, text: `${result.output}: ${result.frames} trimaps` };
      }),
    );
}
