import { extname } from 'node:path';
import type { Clip } from '../ingest/clip.js';
import type { Background, OutputSource, OutputTarget } from '../output/output-target.js';
import { checkTimecode } from '../output/start-timecode.js';
import type { MatteVideoOptions } from './options.js';

const PICTURES = new Set(['.png', '.jpg', '.jpeg', '.webp', '.tif', '.tiff', '.bmp']);
/** What a composite lies over unless it is said. */
export const STUDIO_GREEN = '#00b140';

/**
 * What the output takes over from the clip.
 *
 * @param asked - the first frame's timecode, if it is not the clip's
 * @throws MatteflowError `USAGE` for one that does not exist at the clip's rate
 */
export function outputSource(clip: Clip, asked?: string): OutputSource {
  const { path, format, frameRate, constantRate, timeBase, firstNumber, frameCount } = clip;
  const timecode = asked === undefined ? clip.timecode : checkTimecode(asked, frameRate);
  return {
    ...{ path, format, frameRate, constantRate, timeBase, firstNumber, frameCount },
    ...(clip.audioCodecs.length > 0 && {
      audio: {
        codecs: clip.audioCodecs,
        startSeconds: clip.startSeconds,
        ...(clip.durationSeconds !== undefined && { durationSeconds: clip.durationSeconds }),
      },
    }),
    ...(timecode !== undefined && { timecode }),
  };
}

/** What the options ask of the output. */
export function outputTarget(options: MatteVideoOptions): OutputTarget {
  const { output, format = 'prores4444', background, premultiplied, single, overwrite } = options;
  const needed = format === 'composite' ? (background ?? STUDIO_GREEN) : background;
  return {
    path: output,
    format,
    ...(needed !== undefined && { background: parseBackground(needed) }),
    ...(premultiplied !== undefined && { premultiplied }),
    ...(single !== undefined && { single }),
    ...(overwrite !== undefined && { overwrite }),
  };
}

/** A name with an ending is a picture or a video; anything else is a colour. */
export function parseBackground(text: string): Background {
  const extension = extname(text).toLowerCase();
  if (extension === '') return { kind: 'colour', value: text };
  return { kind: PICTURES.has(extension) ? 'image' : 'video', path: text };
}
