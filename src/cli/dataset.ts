import { Command } from 'commander';
import { datasetComposeCommand } from './dataset-compose.js';
import { datasetSynthesiseCommand } from './dataset-synthesise.js';

/** `matteflow dataset …`. */
export function datasetCommand(): Command {
  return new Command('dataset')
    .description('make data sets: draw foregrounds, compose them over backgrounds')
    .addCommand(datasetSynthesiseCommand())
    .addCommand(datasetComposeCommand());
}
