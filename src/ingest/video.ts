import { resolve } from 'node:path';
import { MatteflowError } from '../core/errors.js';
import { toNumber } from '../core/rational.js';
import { VIDEO_FILE_OPTIONS } from '../ffmpeg/input-options.js';
import { decodedFormat, type StoredFormat } from '../ffmpeg/pixel-formats.js';
import { probeVideo, type VideoProbe } from '../ffmpeg/probe.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import { chromaSiting } from './chroma-siting.js';
import type { Clip, OpenClipOptions } from './clip-model.js';
import { DEINTERLACE } from './deinterlace.js';
import { pacingOf, type Pacing } from './pacing.js';
import { patchesPictures } from './patched-pictures.js';
import { selectRange } from './range.js';
import { hasExactIndex } from './seek.js';
import { shiftTimecode } from './timecode.js';

/** Opens a video file. @throws as `openClip` */
export async function openVideo(
  ffmpeg: Ffmpeg,
  path: string,
  { range, frameRate, deinterlace = false, signal }: OpenClipOptions,
): Promise<Clip> {
  const probe = await probeVideo(ffmpeg, path, signal);
  if (frameRate) throw hasItsOwnTimes(path);
  const { decoded, alpha } = readable(probe, path, deinterlace);
  const whole = { firstNumber: 0, frameCount: probe.packetCount };
  const { skip, count } = selectRange(range, { path, ...whole });
  const pacing = pacingOf(probe.times, probe.timeBase, probe);
  const timecode = probe.timecode && shiftTimecode(probe.timecode, skip, pacing.frameRate);
  return {
    path,
    kind: 'video',
    format: {
      width: probe.width,
      height: probe.height,
      model: decoded.model,
      depth: decoded.depth,
      tags: probe.tags,
      sampleAspect: probe.sampleAspect,
    },
    ...pacing,
    timeBase: probe.timeBase,
    ...(probe.times && { ticks: probe.times.slice(skip, skip + count) }),
    ...(probe.keyTimes && { keyTicks: probe.keyTimes }),
    frameCount: count,
    firstNumber: skip,
    whole,
    ...stretchOf(probe, pacing, skip, count),
    audioCodecs: probe.audioCodecs,
    ...(timecode && { timecode }),
    reading: { deinterlace },
    notices: alpha ? ['The source has an alpha channel, which is not used.'] : [],
    input: {
      source: resolve(path),
      options: VIDEO_FILE_OPTIONS,
      pictureOptions: [],
      stream: probe.stream,
      filters: deinterlace ? DEINTERLACE : [],
      siting: chromaSiting(probe.pixelFormat, probe.chromaLocation, probe.rotation),
      skip,
      indexed: hasExactIndex(probe.container),
      strict: true,
      patches: patchesPictures(probe.codec),
      tickOffset: 0,
      pixelFormat: decoded.pixelFormat,
      planeOrder: decoded.planeOrder,
    },
  };
}

/** How its pictures are decoded. @throws MatteflowError `INPUT_EMPTY`, `INPUT_UNSUPPORTED` */
function readable(probe: VideoProbe, path: string, deinterlace: boolean): StoredFormat {
  if (probe.packetCount === 0) {
    throw new MatteflowError('INPUT_EMPTY', { what: 'the video has no frames', subject: path });
  }
  if (probe.interlaced && !deinterlace) {
    throw new MatteflowError('INPUT_UNSUPPORTED', {
      what: 'the video is interlaced',
      expected: 'whole frames',
      remedy:
        'Let it be deinterlaced (--deinterlace): one frame for each, the lines of both fields joined by bwdif',
      subject: path,
    });
  }
  const stored = decodedFormat(probe.pixelFormat, probe.tags.range);
  // ffmpeg keeps no times of float frames.
  if (stored && stored.decoded.depth !== 'float') return stored;
  throw new MatteflowError('INPUT_UNSUPPORTED', {
    what: 'its pictures are of a kind that is not read',
    seen: `${probe.codec} ${probe.pixelFormat}`.trim(),
    expected: 'Y′CbCr, R′G′B′ or grey, of 8 to 16 bits, not float',
    remedy: 'Convert it first: ffmpeg -i INPUT -c:v prores_ks -c:a copy OUTPUT.mov',
    subject: path,
  });
}

function hasItsOwnTimes(path: string): MatteflowError {
  return new MatteflowError('USAGE', {
    what: 'a rate can be chosen for numbered pictures only',
    remedy: 'Leave it out: every frame of a video file keeps its own time',
    subject: path,
  });
}

/** Where in the file the run lies, in seconds: what is needed to cut its sound. */
function stretchOf(
  { times, timeBase, fileStart, packetCount }: VideoProbe,
  { frameRate }: Pacing,
  skip: number,
  count: number,
): Pick<Clip, 'startSeconds' | 'durationSeconds'> {
  const frame = 1 / toNumber(frameRate);
  const timeOf = (index: number): number =>
    times ? times[index]! * toNumber(timeBase) - fileStart : index * frame;
  const start = timeOf(skip);
  const end = skip + count;
  return {
    // Less than half a frame is how containers differ, not an offset: nothing needs to be cut.
    startSeconds: start < frame / 2 ? 0 : start,
    ...(end < packetCount && { durationSeconds: timeOf(end) - start }),
  };
}
