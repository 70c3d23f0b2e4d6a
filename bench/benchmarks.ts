import { benchDataset } from './dataset.js';
import { benchEngines } from './engines.js';
import { benchGrowth } from './growth.js';
import { benchIo } from './io.js';
import { benchKernels } from './kernels.js';
import { benchLength } from './length.js';
import { benchLive } from './live.js';
import { benchMargins } from './margins.js';
import { benchMemory } from './memory.js';
import { benchPeers } from './peers.js';
import { benchPropagation } from './propagation.js';
import { benchResolution } from './resolution.js';
import type { Benchmark } from './result.js';
import { benchShapes } from './shapes.js';
import { benchStages } from './stages.js';
import { benchTrainingSteps } from './training.js';
import { benchUnknown } from './unknown.js';

interface Entry {
  readonly run: Benchmark;
  /** Runs when no name is given. */
  readonly quick: boolean;
}

/** Every benchmark by the name it is asked for, in the order they run. */
export const BENCHMARKS: ReadonlyMap<string, Entry> = new Map([
  ['stages', { run: benchStages, quick: true }],
  ['io', { run: benchIo, quick: true }],
  ['kernels', { run: benchKernels, quick: false }],
  ['propagation', { run: benchPropagation, quick: false }],
  ['engines', { run: benchEngines, quick: true }],
  ['peers', { run: benchPeers, quick: true }],
  ['unknown', { run: benchUnknown, quick: false }],
  ['shapes', { run: benchShapes, quick: true }],
  ['margins', { run: benchMargins, quick: false }],
  ['resolution', { run: benchResolution, quick: false }],
  ['length', { run: benchLength, quick: false }],
  ['memory', { run: benchMemory, quick: false }],
  ['growth', { run: benchGrowth, quick: false }],
  ['live', { run: benchLive, quick: false }],
  ['dataset', { run: benchDataset, quick: false }],
  ['training', { run: benchTrainingSteps, quick: false }],
]);

/**
 * The benchmarks to run, in their own order.
 *
 * @throws RangeError for a name that is none of them
 */
export function chosenBenchmarks(names: readonly string[], full: boolean): [string, Benchmark][] {
  const strange = names.find((name) => !BENCHMARKS.has(name));
  if (strange !== undefined) {
    throw new RangeError(
      `there is no benchmark "${strange}"; there are ${[...BENCHMARKS.keys()].join(', ')}`,
    );
  }
  return [...BENCHMARKS]
    .filter(([name, { quick }]) => (names.length > 0 ? names.includes(name) : full || quick))
    .map(([name, { run }]) => [name, run]);
}
