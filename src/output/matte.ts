import { extname } from 'node:path';
import type { ColourTags } from '../core/colour.js';
import { requireFeature, type Ffmpeg } from '../ffmpeg/tools.js';
import { tagFilter, tagOptions } from './encoded-colour.js';
import { exactTimes, joinPlan, MATROSKA_CLOCK, movOptions, type EncodingPlan } from './encoding-plan.js';
import type { OutputSource, OutputTarget } from './output-target.js';
import { planMatteSequence } from './picture-sequence.js';
import { proresOptions } from './prores.js';

/** Without the random number that Matroska gives every file: what is made alike is alike. */
const MATROSKA: readonly string[] = ['-fflags', '+bitexact', '-f', 'matroska'];

/**
 * Alpha alone. `.mkv`: lossless 16-bit grey (FFV1; Matroska's clock ticks in milliseconds). `.mov`: ProRes 4444, a
 * ten-bit luma matte that every editor reads. A folder: 16-bit grey PNGs.
 *
 * @throws MatteflowError `TOOL_FAILED` when this ffmpeg cannot encode it
 */
export function planMatte(ffmpeg: Ffmpeg, source: OutputSource, target: OutputTarget): EncodingPlan {
  switch (extname(target.path).toLowerCase()) {
    case '.mkv':
      return losslessMatte(ffmpeg, source);
    case '.mov':
      return lumaMatte(ffmpeg, source);
    default:
      return planMatteSequence(ffmpeg, source);
  }
}

function losslessMatte(ffmpeg: Ffmpeg, source: OutputSource): EncodingPlan {
  requireFeature(ffmpeg, 'ffv1');
  return {
    packing: { pixelFormat: 'gray16le', premultiplied: false },
    inputs: [],
    outputOptions: [
      ...['-map', '0:v', '-c:v', 'ffv1', '-level', '3', '-g', '1', '-slicecrc', '1', '-color_range', 'pc'],
      ...exactTimes(ffmpeg, source),
      ...MATROSKA,
    ],
    ...joinPlan(ffmpeg, { inputs: [], options: MATROSKA, clock: MATROSKA_CLOCK }),
    notices: [],
  };
}

function lumaMatte(ffmpeg: Ffmpeg, source: OutputSource): EncodingPlan {
  requireFeature(ffmpeg, 'prores_ks');
  requireFeature(ffmpeg, 'setparams');
  // A matte is coverage, not light: the source's transfer and primaries would bend it.
  const tags: ColourTags = { range: 'tv' };
  const fileOptions = [
    ...(source.timecode === undefined ? [] : ['-timecode', source.timecode]),
    ...movOptions(ffmpeg, source, tags),
    ...['-f', 'mov'],
  ];
  return {
    packing: { pixelFormat: 'yuv444p10le', premultiplied: false },
    inputs: [],
    outputOptions: [
      ...['-map', '0:v', '-vf', tagFilter(tags)],
      ...proresOptions('4444'),
      ...['-pix_fmt', 'yuv444p10le', '-alpha_bits', '0'],
      ...tagOptions(tags),
      ...exactTimes(ffmpeg, source),
      ...fileOptions,
    ],
    ...joinPlan(ffmpeg, { inputs: [], options: fileOptions, clock: source.timeBase }),
    indexed: true,
    notices: [],
  };
}
