#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { datasetCommand } from './dataset.js';
import { demoCommand } from './demo.js';
import { doctorCommand } from './doctor.js';
import { evalCommand } from './eval.js';
import { EXIT } from './exit.js';
import { imageCommand } from './image.js';
import { liveCommand } from './live.js';
import { matteCommand } from './matte.js';
import { studioCommand } from './studio.js';
import { studyCommand } from './study.js';
import { trainCommand } from './train.js';
import { trimapCommand } from './trimap.js';
import { weightsCommand } from './weights.js';

const program = new Command('matteflow')
  .description('Video matting: a clip and a few painted trimaps in, the subject with a soft alpha matte out.')
  .addCommand(demoCommand())
  .addCommand(matteCommand())
  .addCommand(imageCommand())
  .addCommand(trimapCommand())
  .addCommand(studioCommand())
  .addCommand(evalCommand())
  .addCommand(liveCommand())
  .addCommand(studyCommand())
  .addCommand(datasetCommand())
  .addCommand(trainCommand())
  .addCommand(weightsCommand())
  .addCommand(doctorCommand());

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
