import type { Chart } from '../src/evaluation/chart.js';
import type { Ffmpeg } from '../src/ffmpeg/tools.js';

/** A table as it is printed and documented; numbers are already rounded to what they mean. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What one benchmark found. */
export interface BenchResult {
  readonly tables: readonly Table[];
  readonly charts?: readonly Chart[];
  /** Sentences that stand below the tables: what was skipped and why, what has no row of its own. */
  readonly notes?: readonly string[];
}

/**
 * One benchmark.
 *
 * @param folder - an empty one of its own for files, removed afterwards
 * @param full - take the minutes that more repetitions and sizes cost
 */
export type Benchmark = (folder: string, ffmpeg: Ffmpeg, full: boolean) => Promise<BenchResult>;
