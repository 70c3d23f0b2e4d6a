import type { EngineOptions, RunOptions } from '../pipeline/options.js';
import type { ClipEntry } from './clip-entry.js';

/** One clip to matte, as it travels to another process or machine. */
export interface ClipJob {
  readonly entry: ClipEntry;
  /** Of the contents that were found when the job was made. */
  readonly key: string;
  /** In how many parts a long clip is matted, each a job of its own; absent: in one. */
  readonly parts?: number;
  /** Which of them the job is for, from 0; absent: for the clip, of which the parts are joined. */
  readonly part?: number;
}

/** What people see of a job: `dancer`, or `dancer 3/12` of a part. */
export function jobName({ entry: { name }, part, parts }: ClipJob): string {
  return part === undefined ? name : `${name} ${part + 1}/${parts ?? 1}`;
}

/** What a machine brings to a job: where the data set lies there, and what it computes on. */
export type Workplace = Pick<EngineOptions, 'engine' | 'device' | 'threads' | 'batch'> &
  Pick<RunOptions, 'ffmpegPath' | 'ffprobePath'> & {
    /** What manifests' paths are relative to, and may not lead out of. */
    readonly root: string;
    /** The data set's folder. */
    readonly output: string;
  };
