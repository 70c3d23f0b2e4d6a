#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { collectEarly } from '../core/heaps.js';
import { EXIT } from './exit.js';

// Nobody reads on, as behind `| head`: no reason to lose a run.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** All commands. Only the one that is asked for is loaded: together their libraries take a second. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./demo.js')).demoCommand(),
  matte: async () => (await import('./matte.js')).matteCommand(),
  image: async () => (await import('./image.js')).imageCommand(),
  trimap: async () => (await import('./trimap.js')).trimapCommand(),
  studio: async () => (await import('./studio.js')).studioCommand(),
  eval: async () => (await import('./eval.js')).evalCommand(),
  live: async () => (await import('./live.js')).liveCommand(),
  study: async () => (await import('./study.js')).studyCommand(),
  dataset: async () => (await import('./dataset.js')).datasetCommand(),
  train: async () => (await import('./train.js')).trainCommand(),
  weights: async () => (await import('./weights.js')).weightsCommand(),
  doctor: async () => (await import('./doctor.js')).doctorCommand(),
};

const asked = process.argv[2] ?? '';
// A training step makes objects by the thousand: collecting early costs it a tenth of its time.
if (asked !== 'train') collectEarly();
const wanted = Object.hasOwn(COMMANDS, asked) ? [COMMANDS[asked]!] : Object.values(COMMANDS);

const program = new Command('matteflow').description(
  'Video matting: a clip and a few painted trimaps in, the subject with a soft alpha matte out.',
);
for (const load of wanted) program.addCommand(await load());

for (const command of [program, ...program.commands, ...program.commands.flatMap((c) => c.commands)]) {
  command.exitOverride().showHelpAfterError('(matteflow COMMAND --help shows what there is)');
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Commander has printed its message; help and --version are no failure.
  process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
}
