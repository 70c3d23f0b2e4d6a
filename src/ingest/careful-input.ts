import type { FfmpegJob } from '../ffmpeg/process.js';
import type { Clip } from './clip-model.js';

/**
 * A clip that is read for what its damage leaves: a picture with a wrong checksum is given up, not guessed, and none with it,
 * as decoders that work on several pictures at once would.
 */
export function carefulInput({ input }: Clip): FfmpegJob['inputs'][number] {
  return {
    source: input.source,
    options: [...input.options, '-err_detect', 'crccheck+explode', '-threads', '1'],
  };
}
