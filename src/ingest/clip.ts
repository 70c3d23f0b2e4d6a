import { stat } from 'node:fs/promises';
import { asError, MatteflowError } from '../core/errors.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip, OpenClipOptions } from './clip-model.js';
import { openSequence } from './sequence.js';
import { openVideo } from './video.js';

export type { Clip } from './clip-model.js';

/**
 * Opens a video file, a folder of numbered pictures, or a printf pattern of them (`shot.%04d.png`). Reads headers and
 * packets; decodes nothing.
 *
 * @throws MatteflowError `INPUT_MISSING`, `INPUT_NOT_MEDIA`, `INPUT_EMPTY`, `INPUT_DAMAGED`, `INPUT_UNSUPPORTED`;
 *   `USAGE` for a range the clip does not have; `ABORTED`
 */
export async function openClip(ffmpeg: Ffmpeg, input: string, options: OpenClipOptions): Promise<Clip> {
  const found = await stat(input).catch(asError);
  if (!(found instanceof Error)) {
    return found.isDirectory() ? openSequence(ffmpeg, input, options) : openVideo(ffmpeg, input, options);
  }
  if (/%\d*d/.test(input)) return openSequence(ffmpeg, input, options);
  throw new MatteflowError('INPUT_MISSING', {
    what: 'there is no such file or folder',
    subject: input,
    cause: found,
  });
}
