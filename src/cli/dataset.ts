import { Command } from 'commander';
import { datasetComposeCommand } from './dataset-compose.js';
import { datasetExtractCommand } from './dataset-extract.js';
import { datasetRunCommand } from './dataset-run.js';
import { datasetStatusCommand } from './dataset-status.js';
import { datasetSynthesiseCommand } from './dataset-synthesise.js';
import { datasetWorkerCommand } from './dataset-worker.js';

/** `matteflow dataset …`. */
export function datasetCommand(): Command {
  return new Command('dataset')
    .description('make data sets: draw foregrounds, compose them over backgrounds, matte many clips')
    .addCommand(datasetSynthesiseCommand())
    .addCommand(datasetComposeCommand())
    .addCommand(datasetExtractCommand())
    .addCommand(datasetRunCommand())
    .addCommand(datasetStatusCommand())
    .addCommand(datasetWorkerCommand());
}
