import type { IntegerFormat } from '../core/frame.js';
import { formatRational } from '../core/rational.js';
import type { FfmpegJob } from '../ffmpeg/process.js';
import { backgroundInputs, compositeGraph, type Plate } from './composite.js';
import { tagOptions } from './encoded-colour.js';
import { FEED_CLOCK } from './keyed-feed.js';
import type { Background } from './output-target.js';
import { everyFrameOnce, type Ffmpeg } from '../ffmpeg/tools.js';

/** Seconds between key frames: what services that take streams ask for. */
const KEY_INTERVAL = 2;

/** What a subject is published over. */
export interface Backdrop {
  readonly background: Background;
  /** What a background video says about its colour. */
  readonly plate: Plate | undefined;
}

/** The command that publishes what a `KeyedFeed` gives it, over a background, as H.264 and the AAC that came. */
export function relayJob(
  ffmpeg: Ffmpeg,
  format: IntegerFormat,
  { background, plate }: Backdrop,
  url: string,
  inputOptions: readonly string[],
): FfmpegJob {
  return {
    inputs: [{ source: 'pipe', options: inputOptions }, ...backgroundInputs(background)],
    outputs: [
      {
        target: { verbatim: url },
        options: [
          ...['-filter_complex', compositeGraph({ format, timeBase: FEED_CLOCK }, background, plate)],
          ...['-map', '[out]', '-map', '0:a?', '-c:a', 'copy'],
          ...['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p'],
          ...['-crf', '21', '-maxrate', '6M', '-bufsize', '12M', ...tagOptions(format.tags)],
          ...['-force_key_frames', `expr:if(isnan(prev_forced_t),1,gte(t,prev_forced_t+${KEY_INTERVAL}))`],
          ...everyFrameOnce(ffmpeg),
          ...['-enc_time_base', formatRational(FEED_CLOCK, ':')],
          ...['-f', 'flv', '-flvflags', 'no_duration_filesize', '-flush_packets', '1'],
        ],
      },
    ],
  };
}
