import { dirname, join } from 'node:path';
import { MatteflowError } from '../core/errors.js';
import { carriedBinary } from './carried.js';
import { FEATURES, findLacks, type FfmpegFeature } from './features.js';
import { runTool } from './run-tool.js';

/** The ffmpeg and ffprobe that were found, and what that ffmpeg cannot do. */
export interface Ffmpeg {
  /** A path, or a name that is looked up on PATH. */
  readonly ffmpeg: string;
  readonly ffprobe: string;
  /**
   * Where ffmpeg was found. `npm`: the build carried by an npm package, from 2018: good enough for a demonstration,
   * never for media of unknown origin.
   */
  readonly origin: 'given' | 'path' | 'npm';
  /** As it names itself: "5.1.9-0+deb12u1". */
  readonly version: string;
  readonly lacks: readonly FfmpegFeature[];
}

const REMEDY = 'Install ffmpeg 5.1 or later (apt install ffmpeg, brew install ffmpeg, winget install ffmpeg)';

/**
 * Finds ffmpeg and ffprobe: the given paths, else PATH, else the builds that npm carries. A given path is used or
 * refused, never replaced; an ffprobe is looked for beside a given ffmpeg first. Each is run once to be believed.
 *
 * @throws MatteflowError `TOOL_MISSING` when either is nowhere to be found or does not run; `ABORTED`
 */
export async function findFfmpeg(
  options: { ffmpegPath?: string; ffprobePath?: string; signal?: AbortSignal } = {},
): Promise<Ffmpeg> {
  const { ffmpegPath, ffprobePath, signal } = options;
  const ffmpeg = ffmpegPath
    ? await given(ffmpegPath, 'ffmpeg', signal)
    : ((await found('ffmpeg', 'path', signal)) ?? (await carried('ffmpeg', signal)));
  const beside = ffmpegPath ? await found(join(dirname(ffmpegPath), 'ffprobe'), 'given', signal) : undefined;
  const ffprobe = ffprobePath
    ? await given(ffprobePath, 'ffprobe', signal)
    : (beside ?? (await found('ffprobe', 'path', signal)) ?? (await carried('ffprobe', signal)));
  const lacks = await findLacks(ffmpeg.binary, signal);
  return {
    ffmpeg: ffmpeg.binary,
    ffprobe: ffprobe.binary,
    origin: ffmpeg.origin,
    version: ffmpeg.version,
    lacks,
  };
}

/** @throws MatteflowError `TOOL_FAILED` naming what this ffmpeg lacks and how to get it */
export function requireFeature(ffmpeg: Ffmpeg, feature: FfmpegFeature): void {
  if (!ffmpeg.lacks.includes(feature)) return;
  const { what, remedy } = FEATURES[feature];
  throw new MatteflowError('TOOL_FAILED', {
    what: `this ffmpeg lacks ${what}`,
    seen: `version ${ffmpeg.version}`,
    remedy,
    subject: ffmpeg.ffmpeg,
  });
}

/** The output option that hands every frame on once, at its own time, whatever this build calls it. */
export function everyFrameOnce(ffmpeg: Ffmpeg): readonly string[] {
  return [ffmpeg.lacks.includes('fps_mode') ? '-vsync' : '-fps_mode', 'passthrough'];
}

type Found = { readonly binary: string; readonly origin: Ffmpeg['origin']; readonly version: string };

async function given(binary: string, tool: string, signal: AbortSignal | undefined): Promise<Found> {
  const tried = await found(binary, 'given', signal);
  if (tried) return tried;
  throw new MatteflowError('TOOL_MISSING', {
    what: `this is no ${tool} that runs here`,
    remedy: `Give the path of the ${tool} program, or leave it out to use the one on PATH`,
    subject: binary,
  });
}

async function carried(tool: 'ffmpeg' | 'ffprobe', signal: AbortSignal | undefined): Promise<Found> {
  const binary = await carriedBinary(tool);
  const tried = binary === undefined ? undefined : await found(binary, 'npm', signal);
  if (tried) return tried;
  throw new MatteflowError('TOOL_MISSING', {
    what: `${tool} is not installed`,
    expected: `${tool} on PATH, or the optional package @${tool}-installer/${tool}`,
    remedy: REMEDY,
  });
}

/** Runs `binary -version`; undefined when it does not start or does not answer as ffmpeg and ffprobe do. */
async function found(
  binary: string,
  origin: Ffmpeg['origin'],
  signal: AbortSignal | undefined,
): Promise<Found | undefined> {
  const { failure, stdout } = await runTool(binary, ['-version'], signal);
  const version = /^ff(?:mpeg|probe) version (\S+)/.exec(stdout)?.[1];
  return failure || version === undefined ? undefined : { binary, origin, version };
}
