import { availableParallelism, cpus, totalmem } from 'node:os';

/** What the numbers belong to. */
export interface Machine {
  readonly processor: string;
  /** Those this process may use. */
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly node: string;
}

export function thisMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
}

export function machineText({ processor, cores, memoryGigabytes, node }: Machine): string {
  return `${cores} cores of ${processor}, ${memoryGigabytes} GB, Node ${node}`;
}
