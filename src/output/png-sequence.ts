import { requireFeature, type Ffmpeg } from '../ffmpeg/tools.js';
import { numbering, pngOptions, type EncodingPlan } from './encoding-plan.js';
import type { OutputSource } from './output-target.js';

/**
 * A folder of 16-bit RGBA PNGs, numbered as the frames are. PNG's alpha is straight by its specification, so there
 * is no premultiplied one.
 *
 * @throws MatteflowError `TOOL_FAILED` when this ffmpeg cannot encode it
 */
export function planPngSequence(ffmpeg: Ffmpeg, source: OutputSource): EncodingPlan {
  requireFeature(ffmpeg, 'png');
  return {
    packing: { pixelFormat: 'rgba64be', premultiplied: false },
    inputs: [],
    outputOptions: pngOptions(ffmpeg, source),
    sequence: numbering(source),
    notices: [],
  };
}
