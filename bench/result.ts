import type { Ffmpeg } from '../src/ffmpeg/tools.js';

/** A table as it is printed and documented; numbers are already rounded to what they mean. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Axis {
  /** With its unit. */
  readonly name: string;
  /** Default `linear`. `log` shows ratios as distances; its values are above 0. */
  readonly scale?: 'linear' | 'log';
}

/** A plot's data. */
export interface Chart {
  /** The file's name, without its ending. */
  readonly name: string;
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** `bars`: one bar a series over each x, which are names. `lines`: x are numbers. */
  readonly kind: 'lines' | 'bars';
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly (readonly [x: number | string, y: number])[];
  }[];
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
