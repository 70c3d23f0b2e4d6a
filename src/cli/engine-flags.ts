import { Option, type Command } from 'commander';
import { CLASSICAL_NAMES } from '../matting/classical.js';
import type { EngineOptions, RunOptions } from '../pipeline/options.js';
import type { CommandContext } from './command.js';
import { oneOrTwo, stageScale, tileSide, wholeNumber } from './values.js';

/** The flags of every command that runs networks, as commander hands them over. */
export type EngineFlags = EngineOptions &
  Pick<RunOptions, 'ffmpegPath' | 'ffprobePath'> & { readonly json?: boolean };

/** Adds them to a command. */
export function withEngineFlags(command: Command): Command {
  command
    .option(
      '--model <name|file>',
      `a shipped model, a .safetensors file, or a method without a network: ${CLASSICAL_NAMES.join(', ')}`,
      'compact',
    )
    .addOption(
      new Option('--engine <name>', 'what runs the networks')
        .choices(['auto', 'onnx', 'tfjs'])
        .default('auto'),
    )
    .option('--device <name>', 'auto, cpu, webgpu, cuda, …; an absent one is an error', 'auto')
    .option('--stages <n>', '1: the encoder-decoder alone; 2: refined (2)', oneOrTwo);
  return withWorkFlags(command).option('--json', 'one JSON object on stdout');
}

/** Adds those that say how pictures go through the networks. */
export function withWorkFlags(command: Command): Command {
  return command
    .option(
      '--tile <pixels|frame>',
      'longest side of stage 1’s tiles, a multiple of 32 (1024), or whole frames',
      tileSide,
    )
    .option('--scale <n>', 'stage 1 sees the frame 1, 2 or 4 times smaller (by its size)', stageScale)
    .option('--margin <pixels>', 'context in stage 1’s tiles, as it sees them (the model’s)', wholeNumber)
    .addOption(
      new Option(
        '--prior <name>',
        'alpha that models correct: closed-form at quarter or full size, the latter with links, or information-flow (clips: quarter, stills: linked)',
      ).choices(['quarter', 'full', 'linked', 'information-flow']),
    )
    .option('--batch <n>', 'tiles through the network at once (1 on a processor, 4 on a GPU)', wholeNumber)
    .option('--threads <n>', 'threads of the network (all cores)', wholeNumber);
}

/** The ffmpeg and ffprobe that the environment names, if it does. */
export function toolPaths(): Pick<RunOptions, 'ffmpegPath' | 'ffprobePath'> {
  const { FFMPEG_PATH: ffmpegPath, FFPROBE_PATH: ffprobePath } = process.env;
  return { ...(ffmpegPath && { ffmpegPath }), ...(ffprobePath && { ffprobePath }) };
}

/** What a command's context adds to the options of a run. */
export function runOptions({ signal, reporter }: CommandContext): RunOptions {
  return {
    signal,
    onProgress: (progress) => reporter.progress(progress),
    onNotice: (notice) => reporter.note(`note: ${notice}`),
    ...toolPaths(),
  };
}
