import { Command } from 'commander';
import { weightsExportCommand } from './weights-export.js';
import { weightsImportCommand } from './weights-import.js';
import { weightsInfoCommand } from './weights-info.js';

/** `matteflow weights …`. */
export function weightsCommand(): Command {
  return new Command('weights')
    .description('bring weights in, take them elsewhere, look at them')
    .addCommand(weightsImportCommand())
    .addCommand(weightsExportCommand())
    .addCommand(weightsInfoCommand());
}
