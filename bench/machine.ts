import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** What the numbers belong to. */
export interface Machine {
  readonly processor: string;
  /** Those this process may use. */
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly node: string;
  /** Programs that wanted a core, mean of the minute before: 0 on an idle machine. */
  readonly load: number;
}

export function thisMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    load: loadavg()[0] ?? 0,
  };
}

export function machineText({ processor, cores, memoryGigabytes, node, load }: Machine): string {
  return `${cores} cores of ${processor}, ${memoryGigabytes} GB, Node ${node}, load ${load.toFixed(1)} before`;
}
