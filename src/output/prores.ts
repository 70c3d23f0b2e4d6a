import { requireFeature, type Ffmpeg } from '../ffmpeg/tools.js';
import { planAudio } from './audio.js';
import { encodedTags, tagFilter, tagOptions } from './encoded-colour.js';
import { exactTimes, joinPlan, movOptions, type EncodingPlan } from './encoding-plan.js';
import type { OutputSource, OutputTarget } from './output-target.js';
import type { Packing } from './pack.js';

/**
 * ffmpeg's names of the profiles without chroma subsampling. At the finest quantiser both hold the same: XQ is the name for
 * where it is asked for, and raises the rate that a reader has to expect.
 */
type Profile = '4444' | '4444xq';

/** Bits of a sample that the encoder takes. */
const PRORES_BITS = 10;

/**
 * The encoder's options. The profile must be named, or the alpha plane is dropped in silence. The finest quantiser
 * for every slice: what the encoder's search for a bit rate arrives at too, at four times the time.
 */
export function proresOptions(profile: Profile): string[] {
  return ['-c:v', 'prores_ks', '-profile:v', profile, '-vendor', 'apl0', '-qscale:v', '1'];
}

/**
 * ProRes 4444 in QuickTime: ten-bit Y′CbCr 4:4:4 and alpha coded losslessly in 16 bits, the source's colour tags,
 * timestamps, audio and timecode.
 *
 * @throws MatteflowError `TOOL_FAILED` when this ffmpeg cannot encode it
 */
export function planProres(ffmpeg: Ffmpeg, source: OutputSource, target: OutputTarget): EncodingPlan {
  return quickTime(ffmpeg, source, '4444', cutOut(target));
}

/** The same in ProRes 4444 XQ. @throws as `planProres` */
export function planProresXq(ffmpeg: Ffmpeg, source: OutputSource, target: OutputTarget): EncodingPlan {
  return quickTime(ffmpeg, source, '4444xq', cutOut(target));
}

/**
 * Colour on the left, the matte as limited-range luma on the right, in one picture twice as wide: ProRes 4444 without
 * alpha, for programs that read none. @throws as `planProres`
 */
export function planSideBySide(ffmpeg: Ffmpeg, source: OutputSource, target: OutputTarget): EncodingPlan {
  const { premultiplied = false } = target;
  return quickTime(ffmpeg, source, '4444', { pixelFormat: 'yuv444p10le', premultiplied, sideBySide: true });
}

function cutOut({ premultiplied = false }: OutputTarget): Packing {
  return { pixelFormat: 'yuva444p10le', premultiplied };
}

function quickTime(ffmpeg: Ffmpeg, source: OutputSource, profile: Profile, packing: Packing): EncodingPlan {
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
    packing,
    inputs: audio.inputs,
    outputOptions: [
      ...['-map', '0:v', '-vf', tagFilter(tags)],
      ...proresOptions(profile),
      ...['-pix_fmt', packing.pixelFormat, '-alpha_bits', packing.sideBySide ? '0' : '16'],
      ...tagOptions(tags),
      ...exactTimes(ffmpeg, source),
      ...fileOptions,
    ],
    ...joinPlan(ffmpeg, { inputs: audio.inputs, options: fileOptions, clock: source.timeBase }),
    indexed: true,
    notices: [...audio.notices, ...depthNotice(source)],
  };
}

function depthNotice({ format: { depth } }: OutputSource): string[] {
  if (depth === 'float' || depth <= PRORES_BITS) return [];
  return [
    `ProRes is encoded from ${PRORES_BITS} bits a sample, the source has ${depth}: PNG, TIFF and EXR keep them.`,
  ];
}
