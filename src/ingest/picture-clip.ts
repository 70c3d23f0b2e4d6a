import { rational, type Rational } from '../core/rational.js';
import { MatteflowError } from '../core/errors.js';
import { decodedFormat } from '../ffmpeg/pixel-formats.js';
import { probeHeader } from '../ffmpeg/probe.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip } from './clip-model.js';
import { DEINTERLACE } from './deinterlace.js';

/** Shows light as sRGB, with a decoder's option of EXR. */
const AS_SRGB: readonly string[] = ['-apply_trc', 'iec61966_2_1'];

/** Pictures that are known to be alike, as ffmpeg is to read them. */
export interface FoundPictures extends Pick<Clip, 'path' | 'firstNumber' | 'frameCount' | 'whole'> {
  /** A file, or a pattern for ffmpeg's image2 reader, and that reader's options. */
  readonly source: string;
  readonly options: readonly string[];
  readonly frameRate: Rational;
  readonly deinterlace: boolean;
  readonly notices: readonly string[];
}

/** The clip that pictures make. @throws MatteflowError `INPUT_DAMAGED`, `INPUT_UNSUPPORTED`; what probing throws */
export async function clipOfPictures(
  ffmpeg: Ffmpeg,
  { path, firstNumber, frameCount, whole, source, options, frameRate, deinterlace, notices }: FoundPictures,
  signal: AbortSignal,
): Promise<Clip> {
  const header = await probeHeader(ffmpeg, source, options, signal);
  if (header.pixelFormat === '') {
    throw new MatteflowError('INPUT_DAMAGED', { what: 'the picture cannot be decoded', subject: path });
  }
  const stored = decodedFormat(header.pixelFormat, header.tags.range);
  if (!stored) {
    throw new MatteflowError('INPUT_UNSUPPORTED', {
      what: 'the pictures are of a kind that is not read',
      seen: `${header.codec} ${header.pixelFormat}`.trim(),
      expected: 'colour or grey, of 8 to 16 bits, or colour in float',
      subject: path,
    });
  }
  const { decoded, alpha } = stored;
  const light = decoded.depth === 'float';
  return {
    path,
    kind: 'sequence',
    format: {
      width: header.width,
      height: header.height,
      model: decoded.model,
      depth: decoded.depth,
      tags: light ? { ...header.tags, transfer: 'linear', range: 'pc' } : header.tags,
      sampleAspect: header.sampleAspect,
    },
    frameRate,
    constantRate: true,
    timeBase: rational(frameRate.den, frameRate.num),
    ...{ frameCount, firstNumber, whole },
    startSeconds: 0,
    audioCodecs: [],
    reading: { frameRate, deinterlace },
    notices: [...notices, ...(alpha ? ['The pictures have an alpha channel, which is not used.'] : [])],
    input: {
      source,
      options,
      pictureOptions: light ? AS_SRGB : [],
      stream: 0,
      filters: deinterlace ? DEINTERLACE : [],
      siting: '',
      skip: 0,
      indexed: false,
      // ffmpeg's TIFF decoder calls every tag that it does not know an error.
      strict: header.codec !== 'tiff',
      patches: false,
      tickOffset: firstNumber - whole.firstNumber,
      pixelFormat: decoded.pixelFormat,
      planeOrder: decoded.planeOrder,
    },
  };
}
