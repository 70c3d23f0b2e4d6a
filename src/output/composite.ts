import { extname } from 'node:path';
import type { ColourTags } from '../core/colour.js';
import { MatteflowError } from '../core/errors.js';
import type { FrameFormat } from '../core/frame.js';
import { formatRational } from '../core/rational.js';
import { VIDEO_FILE_OPTIONS } from '../ffmpeg/input-options.js';
import type { FfmpegJob } from '../ffmpeg/process.js';
import { requireFeature, type Ffmpeg } from '../ffmpeg/tools.js';
import { planAudio } from './audio.js';
import { parseColour } from './background-colour.js';
import { encodedTags, LEFT_SITED, tagFilter, tagOptions } from './encoded-colour.js';
import { exactTimes, joinPlan, movOptions, type EncodingPlan } from './encoding-plan.js';
import type { Background, OutputSource, OutputTarget } from './output-target.js';

/** What a background video says about its colour. */
export interface Plate {
  readonly tags: ColourTags;
  /** Pixels. */
  readonly height: number;
}

/**
 * The subject over a colour, an image or a repeating video, as H.264 4:2:0 that plays everywhere, with the source's
 * audio. Laid over at full chroma resolution, from straight alpha, and reduced to 4:2:0 afterwards.
 *
 * @throws MatteflowError `USAGE` for a missing background or a colour that is none; `TOOL_FAILED` when this ffmpeg
 *   cannot encode it
 */
export function planComposite(
  ffmpeg: Ffmpeg,
  source: OutputSource,
  target: OutputTarget,
  plate?: Plate,
): EncodingPlan {
  const { background } = target;
  if (!background) {
    throw new MatteflowError('USAGE', {
      what: 'a composite needs a background',
      remedy: 'Give a colour, an image or a video',
    });
  }
  requireFeature(ffmpeg, 'libx264');
  requireFeature(ffmpeg, 'setparams');
  const media = backgroundInputs(background);
  const container = extname(target.path).toLowerCase() === '.mov' ? 'mov' : 'mp4';
  const audio = planAudio(source, container, 1 + media.length);
  const tags = encodedTags(source.format);
  const fileOptions = [
    ...(container === 'mov' && source.timecode !== undefined ? ['-timecode', source.timecode] : []),
    ...movOptions(ffmpeg, source, tags),
    // ffmpeg adds up the -movflags that begin with a plus.
    ...['-movflags', '+faststart', '-f', container],
  ];
  const joinedAudio = planAudio(source, container, 1);
  const { width, height } = source.format;
  return {
    packing: { pixelFormat: 'yuva444p', premultiplied: false },
    inputs: [...media, ...audio.inputs],
    outputOptions: [
      ...['-filter_complex', compositeGraph(source, background, plate), '-map', '[out]'],
      ...['-c:v', 'libx264', '-preset', 'fast', '-crf', '17', '-pix_fmt', 'yuv420p'],
      // Reordered frames need an edit list, which old builds get wrong.
      ...(ffmpeg.lacks.includes('fps_mode') ? ['-bf', '0'] : []),
      ...tagOptions(tags),
      ...exactTimes(ffmpeg, source),
      ...audio.outputOptions,
      ...fileOptions,
    ],
    ...joinPlan(ffmpeg, {
      inputs: joinedAudio.inputs,
      options: [...joinedAudio.outputOptions, ...fileOptions],
      clock: source.timeBase,
    }),
    notices: [
      ...audio.notices,
      ...(width % 2 || height % 2
        ? ['H.264 needs even sizes: the last odd row or column was left out.']
        : []),
    ],
  };
}

/** A playlist that calls itself a picture is not followed; a picture that unpacks to gigabytes is not unpacked. */
const PICTURES_ONLY: readonly string[] = [
  ...['-protocol_whitelist', 'file', '-max_pixels', '67108864'],
  ...['-format_whitelist', 'image2,png_pipe,jpeg_pipe,webp_pipe,tiff_pipe,bmp_pipe'],
];

/** A percent sign in a picture's name is not the start of a number pattern. */
function literalName(path: string): string[] {
  return path.includes('%') ? ['-pattern_type', 'none'] : [];
}

/** What ffmpeg reads for a background, after the frames. */
export function backgroundInputs(background: Background): FfmpegJob['inputs'] {
  switch (background.kind) {
    case 'colour':
      return [];
    case 'image':
      return [{ source: background.path, options: [...PICTURES_ONLY, ...literalName(background.path)] }];
    case 'video':
      return [{ source: background.path, options: [...VIDEO_FILE_OPTIONS, '-stream_loop', '-1', '-an'] }];
  }
}

/**
 * The background is first laid over the frames themselves, covering them: overlay takes its times from what lies
 * below, and those must be the frames'. A colour or an image is one frame, which overlay repeats until the frames
 * end; a repeating video never ends and must be told to stop with them.
 *
 * @returns a filter graph whose result is `[out]`
 */
export function compositeGraph(
  { format, timeBase }: Pick<OutputSource, 'format' | 'timeBase'>,
  background: Background,
  plate: Plate | undefined,
): string {
  const whole = 'overlay=format=yuv444';
  const cover = background.kind === 'video' ? `${whole}:shortest=1` : whole;
  return [
    '[0:v]split[below][subject]',
    '[below]format=yuv444p[times]',
    `${backgroundSource(background, format, plate)},${toSourceColour(format)},settb=${formatRational(timeBase)}[background]`,
    `[times][background]${cover}[plate]`,
    `[plate][subject]${whole},crop=trunc(iw/2)*2:trunc(ih/2)*2:0:0` +
      `,scale=iw:ih:${LEFT_SITED}:flags=bicubic+accurate_rnd+full_chroma_int,format=yuv420p,${tagFilter(encodedTags(format))}[out]`,
  ].join(';');
}

/** The background as R′G′B′ pictures of the frame's size. */
function backgroundSource(
  background: Background,
  { width, height, sampleAspect }: FrameFormat,
  plate: Plate | undefined,
): string {
  if (background.kind === 'colour') {
    return `color=c=0x${parseColour(background.value)}:s=${width}x${height}:r=1:d=1,format=rgb24`;
  }
  // Covers the picture as it is seen, then squeezes it into the frame's pixels.
  const seenWidth = Math.round((width * sampleAspect.num) / sampleAspect.den);
  const cover = `scale=${seenWidth}:${height}:force_original_aspect_ratio=increase,crop=${seenWidth}:${height}`;
  const matrix = plate ? `:in_color_matrix=${scaleMatrix(plate.tags, plate.height)}` : '';
  return `[1:v]${cover},scale=${width}:${height}${matrix},format=gbrp`;
}

/** Names of the matrices in the scale filter, where they differ from the tags'. */
const SCALE_MATRIX: Readonly<Record<string, string>> = {
  bt470bg: 'bt470',
  bt2020nc: 'bt2020',
  bt2020c: 'bt2020',
};

/** Players take untagged video for BT.709 from 720 lines up, and for BT.601 below; ffmpeg always for BT.601. */
function scaleMatrix({ matrix }: ColourTags, height: number): string {
  const name = matrix ?? (height >= 720 ? 'bt709' : 'smpte170m');
  return SCALE_MATRIX[name] ?? name;
}

function toSourceColour(format: FrameFormat): string {
  const to = `out_color_matrix=${scaleMatrix(encodedTags(format), format.height)}:out_range=tv`;
  return `scale=${to}:flags=accurate_rnd+full_chroma_int,format=yuv444p,setsar=${formatRational(format.sampleAspect)}`;
}
