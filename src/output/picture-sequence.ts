import { everyFrameOnce, requireFeature, type Ffmpeg } from '../ffmpeg/tools.js';
import type { EncodingPlan } from './encoding-plan.js';
import type { OutputSource, OutputTarget } from './output-target.js';
import type { Packing } from './pack.js';

/** How one kind of picture is written. */
interface PictureKind {
  readonly feature: 'png' | 'tiff' | 'exr';
  readonly options: readonly string[];
}

/** Sixteen-bit pictures hardly compress: PNG's fastest setting costs 5 % more bytes and half the time. */
const PNG: PictureKind = {
  feature: 'png',
  options: ['-c:v', 'png', '-pred', 'sub', '-compression_level', '1'],
};
const TIFF: PictureKind = { feature: 'tiff', options: ['-c:v', 'tiff', '-compression_algo', 'deflate'] };

/**
 * A folder of 16-bit RGBA PNGs, numbered as the frames are. PNG's alpha is straight by its specification, so there
 * is no premultiplied one.
 *
 * @throws MatteflowError `TOOL_FAILED` when this ffmpeg cannot encode it
 */
export function planPngSequence(ffmpeg: Ffmpeg, source: OutputSource): EncodingPlan {
  return planPictures(ffmpeg, source, PNG, { pixelFormat: 'rgba64be', premultiplied: false });
}

/**
 * The same as TIFF, deflated. Its alpha is straight too: the encoder marks it as unassociated.
 *
 * @throws MatteflowError `TOOL_FAILED` when this ffmpeg cannot encode it
 */
export function planTiffSequence(ffmpeg: Ffmpeg, source: OutputSource): EncodingPlan {
  return planPictures(ffmpeg, source, TIFF, { pixelFormat: 'rgba64le', premultiplied: false });
}

/**
 * The matte as 16-bit grey PNGs.
 *
 * @throws MatteflowError `TOOL_FAILED` when this ffmpeg cannot encode it
 */
export function planMatteSequence(ffmpeg: Ffmpeg, source: OutputSource): EncodingPlan {
  return planPictures(ffmpeg, source, PNG, { pixelFormat: 'gray16be', premultiplied: false });
}

/**
 * A folder of EXRs: light in proportion to the scene, colour multiplied by alpha unless told otherwise, in half or single
 * precision. EXR has no place here for the primaries: they are the source's.
 *
 * @throws MatteflowError `TOOL_FAILED` when this ffmpeg cannot encode it
 */
export function planExrSequence(ffmpeg: Ffmpeg, source: OutputSource, target: OutputTarget): EncodingPlan {
  const { premultiplied = true, single = false } = target;
  const { primaries = 'bt709' } = source.format.tags;
  const precision = single ? 'float' : 'half';
  const { num, den } = source.format.sampleAspect;
  const kind: PictureKind = {
    feature: 'exr',
    options: [
      // The format demands an aspect, and the encoder writes one only if it is known.
      ...['-vf', `setsar=${num}/${den}`],
      ...['-c:v', 'exr', '-compression', 'zip16', '-format', precision],
    ],
  };
  const plan = planPictures(ffmpeg, source, kind, {
    ...{ pixelFormat: 'gbrapf32le', premultiplied },
    ...(!single && { half: true }),
  });
  if (primaries === 'bt709') return plan;
  const notice = `The EXRs are linear light in the source's primaries, ${primaries}, which EXR files from here do not say.`;
  return { ...plan, notices: [...plan.notices, notice] };
}

function planPictures(
  ffmpeg: Ffmpeg,
  source: OutputSource,
  { feature, options }: PictureKind,
  packing: Packing,
): EncodingPlan {
  requireFeature(ffmpeg, feature);
  const { firstNumber, frameCount, audio } = source;
  const last = firstNumber + Math.max(frameCount, 1) - 1;
  return {
    packing,
    inputs: [],
    outputOptions: [
      ...['-map', '0:v', ...options, ...everyFrameOnce(ffmpeg)],
      ...['-f', 'image2', '-start_number', `${firstNumber}`],
    ],
    sequence: { firstNumber, digits: Math.max(4, `${last}`.length), extension: feature },
    notices: audio ? ['Pictures hold no sound: take it from the source.'] : [],
  };
}
