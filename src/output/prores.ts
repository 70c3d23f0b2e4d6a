import { requireFeature, type Ffmpeg } from '../ffmpeg/tools.js';
import { planAudio } from './audio.js';
import { encodedTags, tagFilter, tagOptions } from './encoded-colour.js';
import { exactTimes, joinPlan, movOptions, type EncodingPlan } from './encoding-plan.js';
import type { OutputSource, OutputTarget } from './output-target.js';

/**
 * The encoder's options. The profile must be named, or the alpha plane is dropped in silence. The finest quantiser
 * for every slice: what the encoder's search for a bit rate arrives at too, at four times the time.
 */
export const PRORES_4444: readonly string[] = [
  ...['-c:v', 'prores_ks', '-profile:v', '4444', '-vendor', 'apl0'],
  ...['-qscale:v', '1'],
];

/**
 * ProRes 4444 in QuickTime: ten-bit Y′CbCr 4:4:4 and alpha coded losslessly in 16 bits, the source's colour tags,
 * timestamps, audio and timecode.
 *
 * @throws MatteflowError `TOOL_FAILED` when this ffmpeg cannot encode it
 */
export function planProres(ffmpeg: Ffmpeg, source: OutputSource, target: OutputTarget): EncodingPlan {
  requireFeature(ffmpeg, 'prores_ks');
  requireFeature(ffmpeg, 'setparams');
  const audio = planAudio(source, 'mov', 1);
  const tags = encodedTags(source.format);
  const fileOptions = [
    ...audio.outputOptions,
    ...(source.timecode === undefined ? [] : ['-timecode', source.timecode]),
    ...movOptions(ffmpeg, source, tags),
    ...['-f', 'mov'],
  ];
  return {
    packing: { pixelFormat: 'yuva444p10le', premultiplied: target.premultiplied ?? false },
    inputs: audio.inputs,
    outputOptions: [
      ...['-map', '0:v', '-vf', tagFilter(tags)],
      ...PRORES_4444,
      ...['-pix_fmt', 'yuva444p10le', '-alpha_bits', '16'],
      ...tagOptions(tags),
      ...exactTimes(ffmpeg, source),
      ...fileOptions,
    ],
    ...joinPlan(ffmpeg, { inputs: audio.inputs, options: fileOptions, clock: source.timeBase }),
    indexed: true,
    notices: audio.notices,
  };
}
