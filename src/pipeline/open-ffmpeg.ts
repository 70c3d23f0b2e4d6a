import { findFfmpeg, type Ffmpeg } from '../ffmpeg/tools.js';
import type { RunOptions } from './options.js';

/**
 * Finds ffmpeg for a run, and says so when it is the one npm carries.
 *
 * @throws `TOOL_MISSING`, `ABORTED`
 */
export async function openFfmpeg(options: RunOptions, signal: AbortSignal): Promise<Ffmpeg> {
  const { ffmpegPath, ffprobePath } = options;
  const ffmpeg = await findFfmpeg({
    ...(ffmpegPath && { ffmpegPath }),
    ...(ffprobePath && { ffprobePath }),
    signal,
  });
  if (ffmpeg.origin === 'npm') {
    options.onNotice?.(
      'ffmpeg is not installed; the build of 2018 that npm carries is used. Install ffmpeg 5.1 or later for your own footage.',
    );
  }
  return ffmpeg;
}
