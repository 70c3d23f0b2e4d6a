import type { MatteVideoOptions, RunOptions } from '../pipeline/options.js';
import type { Workplace } from './clip-job.js';
import type { LocatedClip } from './clip-key.js';
import { trimapOptions } from './clip-trimaps.js';

/** How the pipeline is to matte a clip of a data set on this machine. Attempts know nothing of each other. */
export function matteOptions(
  { entry, input, trimaps, model }: LocatedClip,
  { engine, device, threads, batch, ffmpegPath, ffprobePath }: Omit<Workplace, 'root' | 'output'>,
  run: Pick<RunOptions, 'signal' | 'onProgress'> & Pick<MatteVideoOptions, 'output' | 'onFrame'>,
): MatteVideoOptions {
  const { range, options } = entry;
  return {
    ...options,
    ...(engine && { engine }),
    ...(device !== undefined && { device }),
    ...(threads !== undefined && { threads }),
    ...(batch !== undefined && { batch }),
    ...(ffmpegPath !== undefined && { ffmpegPath }),
    ...(ffprobePath !== undefined && { ffprobePath }),
    ...trimapOptions(trimaps),
    ...(range && { range }),
    ...{ input, model, resumable: false },
    ...run,
  };
}
