import { findFfmpeg, type Ffmpeg } from '../ffmpeg/tools.js';
import type { RunOptions } from './options.js';

/** What was found, by the paths it was asked for: finding it runs it several times, half a second of a core. */
const found = new Map<string, Ffmpeg>();

/**
 * Finds ffmpeg for a run, once in the life of the process, and says so when it is the one npm carries.
 *
 * @throws `TOOL_MISSING`, `ABORTED`
 */
export async function openFfmpeg(options: RunOptions, signal: AbortSignal): Promise<Ffmpeg> {
  const { ffmpegPath, ffprobePath } = options;
  const asked = JSON.stringify([ffmpegPath, ffprobePath]);
  const ffmpeg =
    found.get(asked) ??
    (await findFfmpeg({ ...(ffmpegPath && { ffmpegPath }), ...(ffprobePath && { ffprobePath }), signal }));
  found.set(asked, ffmpeg);
  if (ffmpeg.origin === 'npm') {
    options.onNotice?.(
      'ffmpeg is not installed; the build of 2018 that npm carries is used. Install ffmpeg 5.1 or later for your own footage.',
    );
  }
  return ffmpeg;
}
