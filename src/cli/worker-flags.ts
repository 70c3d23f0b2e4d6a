import type { Command } from 'commander';
import type { Workplace } from '../dataset/clip-job.js';
import { coreShares } from '../dataset/core-shares.js';
import type { EngineOptions } from '../pipeline/options.js';
import { toolPaths } from './engine-flags.js';
import { positiveNumber, positiveWhole } from './values.js';

/** What says how a machine works at clips. */
export type WorkerFlags = Pick<EngineOptions, 'engine' | 'device' | 'threads' | 'batch'> & {
  readonly workers: number;
  readonly pin?: number;
  readonly patience: number;
};

/** Adds those that other commands do not share. */
export function withWorkerFlags(command: Command): Command {
  return command
    .option(
      '--workers <n>',
      'clips at a time on this machine, each in a process of its own',
      positiveWhole,
      1,
    )
    .option('--pin <cores>', 'hold each worker to so many cores of its own (Linux)', positiveWhole)
    .option(
      '--patience <seconds>',
      'without progress for so long a clip’s process is killed',
      positiveNumber,
      600,
    );
}

/** The machine's part of a job. */
export function workplace(
  { engine, device, threads, batch }: WorkerFlags,
  folders: Pick<Workplace, 'root' | 'output'>,
): Workplace {
  return {
    ...folders,
    ...(engine && { engine }),
    ...(device !== undefined && { device }),
    ...(threads !== undefined && { threads }),
    ...(batch !== undefined && { batch }),
    ...toolPaths(),
  };
}

/** The cores of each worker, if they are to have their own. @throws `USAGE` */
export async function pinnedCores({
  workers,
  pin,
}: WorkerFlags): Promise<{ cores?: readonly (readonly number[])[] }> {
  return pin === undefined ? {} : { cores: await coreShares(workers, pin) };
}
