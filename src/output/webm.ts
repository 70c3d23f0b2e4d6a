import { toNumber } from '../core/rational.js';
import { requireFeature, type Ffmpeg } from '../ffmpeg/tools.js';
import { planAudio } from './audio.js';
import { encodedTags, LEFT_SITED, tagFilter, tagOptions } from './encoded-colour.js';
import { exactTimes, joinPlan, MATROSKA_CLOCK, type EncodingPlan } from './encoding-plan.js';
import type { OutputSource } from './output-target.js';

/**
 * WebM with alpha for browsers: VP9, 8 bits, 4:2:0, straight alpha as a second VP9 stream beside the first. The quantiser
 * is that of a master to be looked at, not of a stream.
 *
 * @throws MatteflowError `TOOL_FAILED` when this ffmpeg cannot encode it
 */
export function planWebm(ffmpeg: Ffmpeg, source: OutputSource): EncodingPlan {
  requireFeature(ffmpeg, 'libvpx-vp9');
  requireFeature(ffmpeg, 'setparams');
  const audio = planAudio(source, 'webm', 1);
  if (audio.notices.length > 0) requireFeature(ffmpeg, 'libopus');
  const tags = encodedTags(source.format);
  const fileOptions = [...audio.outputOptions, '-f', 'webm'];
  const chroma = `scale=${LEFT_SITED}:flags=bicubic+accurate_rnd+full_chroma_int,format=yuva420p`;
  return {
    packing: { pixelFormat: 'yuva444p', premultiplied: false },
    inputs: audio.inputs,
    outputOptions: [
      ...['-map', '0:v', '-vf', `${chroma},${tagFilter(tags)}`],
      ...['-c:v', 'libvpx-vp9', '-pix_fmt', 'yuva420p', '-crf', '15', '-b:v', '0'],
      // Alpha's packets have to pair with colour's: no frames that only help others.
      ...['-auto-alt-ref', '0', '-row-mt', '1', '-deadline', 'good', '-cpu-used', '3'],
      ...tagOptions(tags),
      ...exactTimes(ffmpeg, source),
      ...fileOptions,
    ],
    ...joinPlan(ffmpeg, { inputs: audio.inputs, options: fileOptions, clock: MATROSKA_CLOCK }),
    notices: [...audio.notices, ...clockNotice(source)],
  };
}

function clockNotice({ frameRate, constantRate, timeBase }: OutputSource): string[] {
  const milliseconds = constantRate ? 1000 / toNumber(frameRate) : 1000 * toNumber(timeBase);
  if (Number.isInteger(milliseconds)) return [];
  return ['WebM’s clock ticks in milliseconds: frames are up to one off.'];
}
