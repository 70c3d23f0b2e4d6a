import type { EngineOptions, RunOptions } from '../pipeline/options.js';
import type { ClipEntry } from './clip-entry.js';

/** One clip to matte, as it travels to another process or machine. */
export interface ClipJob {
  readonly entry: ClipEntry;
  /** Of the contents that were found when the job was made. */
  readonly key: string;
}

/** What a machine brings to a job: where the data set lies there, and what it computes on. */
export type Workplace = Pick<EngineOptions, 'engine' | 'device' | 'threads' | 'batch'> &
  Pick<RunOptions, 'ffmpegPath' | 'ffprobePath'> & {
    /** What manifests' paths are relative to, and may not lead out of. */
    readonly root: string;
    /** The data set's folder. */
    readonly output: string;
  };
