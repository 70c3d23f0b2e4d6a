import { Command, InvalidArgumentError } from 'commander';
import { coreCount } from '../core/thread.js';
import { RECIPE_NAMES, type RecipeChanges } from '../training/recipe.js';
import { train } from '../training/train.js';
import type { TrainingStep } from '../training/training-loop.js';
import { runCommand, type CommandContext, type CommandResult } from './command.js';
import { wholeNumber } from './values.js';

interface TrainFlags extends RecipeChanges {
  readonly output?: string;
  readonly resume?: boolean;
  readonly foregrounds?: string[];
  readonly heldOut?: string[];
  readonly backgrounds?: string[];
  readonly initial?: string;
  readonly device: string;
  readonly minutes?: number;
  readonly threads?: number;
  readonly sampleThreads?: number;
  readonly fixedSamples?: number;
  readonly every: number;
  readonly json?: boolean;
}

/** `matteflow train`. */
export function trainCommand(): Command {
  return new Command('train')
    .description('train a network by a recipe; Ctrl-C leaves a checkpoint')
    .argument('<recipe>', RECIPE_NAMES.join(', '))
    .option('-o, --output <folder>', 'the run’s folder (runs/RECIPE)')
    .option('--resume', 'go on from the folder’s last checkpoint, with its data and settings')
    .option('--foregrounds <dir...>', 'folders of RGBA cut-outs; without any, foregrounds are drawn')
    .option('--backgrounds <dir...>', 'folders of pictures; without any, backgrounds are made')
    .option('--held-out <dir...>', 'folders of cut-outs to validate on; without any, drawn ones')
    .option('--initial <file>', 'weights to begin with; what the file lacks is drawn at random')
    .option('--device <name>', 'auto, cpu (WebAssembly), webgpu, tfjs-node, cuda, js', 'auto')
    .option('--minutes <n>', 'stop after so long', positive)
    .option('--steps <n>', 'steps in all (the recipe’s)', wholeNumber)
    .option('--batch <n>', 'samples in one pass (the recipe’s)', wholeNumber)
    .option('--accumulate <n>', 'passes a step (the recipe’s)', wholeNumber)
    .option('--side <pixels>', 'side of the samples, a multiple of 32 (the recipe’s)', wholeNumber)
    .option('--synthesised <share>', 'of drawn foregrounds among real ones, 0 to 1 (the recipe’s)', share)
    .option('--rate <x>', 'highest learning rate (the recipe’s)', positive)
    .option('--seed <n>', 'of the samples and of what is drawn (the recipe’s)', wholeNumber)
    .option('--threads <n>', 'threads that compute gradients, on cpu and js (all cores)', wholeNumber)
    .option('--sample-threads <n>', 'threads that make samples (half the cores)', wholeNumber)
    .option(
      '--fixed-samples <n>',
      'train on the first n samples over and over, to see that it learns',
      wholeNumber,
    )
    .option('--every <n>', 'steps between validations, each with a checkpoint', wholeNumber, 250)
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      '\nExample:\n  matteflow train compact-stage1 --foregrounds fg --backgrounds bg -o runs/first --minutes 60\n' +
        '  matteflow train compact-stage1 -o runs/first --resume\n' +
        '  matteflow image photo.jpg --trimap trimap.png --model runs/first/weights.safetensors -o cut.png',
    )
    .action((name: string, flags: TrainFlags) => runCommand(flags, (context) => run(name, flags, context)));
}

async function run(
  name: string,
  flags: TrainFlags,
  { signal, reporter }: CommandContext,
): Promise<CommandResult> {
  const line = new TrainingLine();
  const result = await train({
    recipe: name,
    changes: flags,
    foregrounds: flags.foregrounds ?? [],
    backgrounds: flags.backgrounds ?? [],
    heldOut: flags.heldOut ?? [],
    output: flags.output ?? `runs/${name}`,
    resume: flags.resume ?? false,
    device: flags.device,
    ...(flags.initial && { initial: flags.initial }),
    ...(flags.minutes && { minutes: flags.minutes }),
    ...(flags.threads && { gradientThreads: flags.threads }),
    sampleThreads: flags.sampleThreads ?? Math.max(1, Math.floor(coreCount() / 2)),
    ...(flags.fixedSamples && { fixedSamples: flags.fixedSamples }),
    every: flags.every,
    signal,
    onStep: (step) => line.show(step, (text) => reporter.status(text)),
    onNotice: (notice) => reporter.note(`note: ${notice}`),
  });
  const { step, best, device, samplesPerSecond, files } = result;
  return {
    json: { recipe: name, step, best, device, samplesPerSecond, files },
    text: [
      `${name}: ${step} steps on ${device}, ${samplesPerSecond.toFixed(1)} samples a second`,
      ...(best ? [`best         ${best.score.toFixed(4)} on samples held out, at step ${best.step}`] : []),
      `weights      ${files.weights}`,
      `checkpoint   ${files.last}`,
    ].join('\n'),
  };
}

/** Seconds between lines. */
const INTERVAL = 1;

/** One line of how training goes, losses smoothed so that the eye can follow them. */
class TrainingLine {
  readonly #smooth = new Map<string, number>();
  #last = -Infinity;

  show(
    { step, steps, losses, rate, samplesPerSecond, seconds, heldOut }: TrainingStep,
    write: (text: string) => void,
  ): void {
    for (const [name, value] of Object.entries(losses)) {
      this.#smooth.set(name, 0.95 * (this.#smooth.get(name) ?? value) + 0.05 * value);
    }
    if (seconds - this.#last < INTERVAL && step < steps) return;
    this.#last = seconds;
    const values = [...this.#smooth].map(([name, value]) => `${name} ${value.toFixed(4)}`);
    write(
      [
        `step ${step}/${steps}`,
        ...values,
        ...(heldOut === undefined ? [] : [`held out ${heldOut.toFixed(4)}`]),
        `rate ${rate.toExponential(1)}`,
        `${samplesPerSecond.toFixed(1)} samples/s`,
      ].join('  '),
    );
  }
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('A number over 0 is expected.');
  return value;
}

function share(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('A number from 0 to 1 is expected.');
  return value;
}
